import { parseLink, type LinkTarget } from "./link.ts";

const SOCKET = parseLink("socket:[0]");
const PIPE = parseLink("pipe:[0]");
const SOCKET_ID = 0;
const PIPE_ID = 1;

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

  /** The link again, as it was read. */
  text(id: number, inode: number): string {
    if (id === SOCKET_ID) return `socket:[${inode}]`;
    return id === PIPE_ID ? `pipe:[${inode}]` : (this.#links[id] as string);
  }

  /** How many open descriptors have this link; sockets and pipes are not counted. */
  usesOf(link: string): number {
    const known = this.#byLink.get(link);
    return known === undefined ? 0 : (this.#uses[known] as number);
  }

  intern(link: string, target: LinkTarget): number {
    if (target.kind === "socket-other" && target.inode !== null) return SOCKET_ID;
    if (target.kind === "pipe" && target.inode !== null) return PIPE_ID;
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
    if (id === SOCKET_ID || id === PIPE_ID) return;
    const uses = (this.#uses[id] as number) - 1;
    this.#uses[id] = uses;
    if (uses > 0) return;
    this.#byLink.delete(this.#links[id] as string);
    this.#links[id] = "";
    this.#targets[id] = SOCKET;
    this.#free.push(id);
  }
}
