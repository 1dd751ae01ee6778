import type { Census } from "../census/census.ts";
import type { Process } from "../census/processes.ts";

/** What one user has of inotify instances or watches, and who holds them. */
export interface InotifyUse {
  readonly uid: number;
  readonly used: number;
  readonly byProcess: ReadonlyMap<Process, number>;
}

type Uses = Map<number, { readonly uid: number; used: number; readonly byProcess: Map<Process, number> }>;

/** Instances of each user: their inotify descriptors, one that a fork inherited counted once. Walks all descriptors. */
export function instancesByUser(census: Census): Map<number, InotifyUse> {
  const uses: Uses = new Map();
  for (const process of census.processes.all()) {
    if (process.fact.uid === null || process.open === 0) continue;
    let count = 0;
    for (const slot of census.descriptors.ofProcess(process.index)) {
      if (isInotify(census, slot) && !isInherited(census, process, census.descriptors.number[slot] as number))
        count++;
    }
    add(uses, process, count);
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
  use.byProcess.set(process, count);
}

/** A fork leaves each descriptor its number: where the parent has an inotify instance at the same one, it is the same. */
function isInherited(census: Census, { fact }: Process, number: number): boolean {
  const parent = census.processes.byPid(fact.parent);
  const slot = parent === undefined ? -1 : census.descriptors.find(parent.index, number);
  return slot !== -1 && isInotify(census, slot);
}

function isInotify(census: Census, slot: number): boolean {
  return census.links.target(census.descriptors.link[slot] as number).kind === "inotify";
}
