import type { DescriptorClass, StateGroup } from "../census/classes.ts";

/** What an ESTABLISHED connection becomes that is still not given back. */
const SUCCESSORS: ReadonlySet<StateGroup> = new Set(["unread", "close-wait", "no-row"]);

/** Whether what leaves the one class by changing its state comes into the other. */
export function isSuccessor(from: DescriptorClass, to: DescriptorClass): boolean {
  if (from.service !== to.service || from.id === to.id || from.subject.direction !== to.subject.direction)
    return false;
  const { peer, path, kind } = from.subject;
  if (kind === "tcp") return to.subject.peer === peer && SUCCESSORS.has(to.group);
  return kind === "file" && to.subject.kind === "deleted-file" && to.subject.path === path;
}
