import { parseLink, type LinkTarget } from "./link.ts";

const SOCKET = parseLink("socket:[0]");
const PIPE = parseLink("pipe:[0]");

/**
 * What the links of open descriptors say, each text kept once and given up with its last descriptor: a process that
 * opens a million differently named files must not leave their names here. Sockets and pipes differ in their inode
 * alone, which the descriptor table holds.
 */
export class LinkTable {
  #targets: LinkTarget[] = [SOCKET, PIPE];
  #links: string[] = ["", ""];
  #uses: number[] = [1, 1];
  #byLink = new Map<string, number>();
  #free: number[] = [];

  target(id: number): LinkTarget {
    return this.#targets[id] as LinkTarget;
  }

  intern(link: string, target: LinkTarget): number {
    if (target.kind === "socket-other" && target.inode !== null) return 0;
    if (target.kind === "pipe" && target.inode !== null) return 1;
    const known = this.#byLink.get(link);
    if (known !== undefined) {
      this.#uses[known] = (this.#uses[known] as number) + 1;
      return known;
    }
    const id = this.#free.pop() ?? this.#targets.length;
    this.#targets[id] = target;
    this.#links[id] = link;
    this.#uses[id] = 1;
    this.#byLink.set(link, id);
    return id;
  }

  release(id: number): void {
    if (id < 2) return;
    const uses = (this.#uses[id] as number) - 1;
    this.#uses[id] = uses;
    if (uses > 0) return;
    this.#byLink.delete(this.#links[id] as string);
    this.#links[id] = "";
    this.#free.push(id);
  }
}
