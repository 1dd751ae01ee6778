import type { Census } from "../census/census.ts";
import type { Process } from "../census/processes.ts";

/** What one user has of inotify instances or watches, and who holds them. */
export interface InotifyUse {
  readonly uid: number;
  readonly used: number;
  readonly byProcess: ReadonlyMap<Process, number>;
}

type Uses = Map<number, { readonly uid: number; used: number; readonly byProcess: Map<Process, number> }>;

/** Instances of each user: their inotify descriptors, one that a fork inherited counted once. */
export function instancesByUser(census: Census): Map<number, InotifyUse> {
  const uses: Uses = new Map();
  const { descriptors, processes } = census;
  for (const slot of census.inotify) {
    const process = processes.byIndex(descriptors.process[slot] as number);
    if (!isInherited(census, process, descriptors.number[slot] as number)) add(uses, process, 1);
  }
  return uses;
}

/** Watches of each user, as far as fdinfo was read. */
export function watchesByUser(census: Census): Map<number, InotifyUse> {
  const uses: Uses = new Map();
  for (const process of census.processes.all()) {
    let count = 0;
    for (const [number, inside] of census.insides.byNumber(process.index)) {
      if (inside.of === "inotify-watches" && !isInherited(census, process, number)) count += inside.count;
    }
    add(uses, process, count);
  }
  return uses;
}

function add(uses: Uses, process: Process, count: number): void {
  const { uid } = process.fact;
  if (count === 0 || uid === null) return;
  let use = uses.get(uid);
  if (use === undefined) uses.set(uid, (use = { uid, used: 0, byProcess: new Map() }));
  use.used += count;
  use.byProcess.set(process, (use.byProcess.get(process) ?? 0) + count);
}

/** A fork leaves each descriptor its number: where the parent has an inotify instance at the same one, it is the same. */
function isInherited(census: Census, { fact }: Process, number: number): boolean {
  const parent = census.processes.byPid(fact.parent);
  const slot = parent === undefined ? -1 : census.descriptors.find(parent.index, number);
  return slot !== -1 && census.inotify.has(slot);
}
