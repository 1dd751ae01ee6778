import { longer, resized } from "./columns.ts";
import { parseLink, type LinkTarget } from "./link.ts";
import { SlotIndex } from "./slot-index.ts";

const SOCKET = parseLink("socket:[0]");
const PIPE = parseLink("pipe:[0]");
const SOCKET_ID = 0;
const PIPE_ID = 1;

/**
 * What the links of open descriptors say, each text kept once and given up with its last descriptor: a process that
 * opens a million differently named files must not leave their names here. Sockets and pipes differ in their inode
 * alone, which the descriptor table holds. What a text means is read from it again whenever it is asked for.
 */
export class LinkTable {
  #links: string[] = ["", ""];
  #uses = new Uint32Array(256);
  readonly #byHash = new SlotIndex((id) => hashOf(this.#links[id] as string));
  /** Texts with the hash of another one that came before. */
  readonly #namesakes = new Map<string, number>();
  #free: number[] = [];

  target(id: number): LinkTarget {
    if (id === SOCKET_ID) return SOCKET;
    return id === PIPE_ID ? PIPE : parseLink(this.#links[id] as string);
  }

  /** The link again, as it was read. */
  text(id: number, inode: number): string {
    if (id === SOCKET_ID) return `socket:[${inode}]`;
    return id === PIPE_ID ? `pipe:[${inode}]` : (this.#links[id] as string);
  }

  /** How many open descriptors have this link; sockets and pipes are not counted. */
  usesOf(link: string): number {
    const known = this.#known(link);
    return known === undefined ? 0 : (this.#uses[known] as number);
  }

  intern(link: string, target: LinkTarget): number {
    if (target.kind === "socket-other" && target.inode !== null) return SOCKET_ID;
    if (target.kind === "pipe" && target.inode !== null) return PIPE_ID;
    const known = this.#known(link);
    if (known !== undefined) {
      this.#uses[known] = (this.#uses[known] as number) + 1;
      return known;
    }
    const id = this.#free.pop() ?? this.#links.length;
    if (id >= this.#uses.length) this.#uses = resized(this.#uses, longer(this.#uses.length));
    this.#links[id] = link;
    this.#uses[id] = 1;
    if (this.#byHash.get(hashOf(link)) === -1) this.#byHash.set(hashOf(link), id);
    else this.#namesakes.set(link, id);
    return id;
  }

  #known(link: string): number | undefined {
    const first = this.#byHash.get(hashOf(link));
    return this.#links[first] === link ? first : this.#namesakes.get(link);
  }

  release(id: number): void {
    if (id === SOCKET_ID || id === PIPE_ID) return;
    const uses = (this.#uses[id] as number) - 1;
    this.#uses[id] = uses;
    if (uses > 0) return;
    const link = this.#links[id] as string;
    if (!this.#namesakes.delete(link)) this.#byHash.delete(hashOf(link));
    this.#links[id] = "";
    this.#free.push(id);
  }
}

/** FNV-1a over the characters: 32 bits. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return hash >>> 0;
}
