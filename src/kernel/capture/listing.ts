import type { ProcStat } from "../procfs/reading.ts";

/** The links of one folder as `ls -ln` printed them; the text is null where it could not be read. */
export type Links = Map<string, string | null>;

/**
 * Parses `ls -ln` of several folders of descriptors: "812/fd:", "total 0", and a line for each link,
 *
 *   lrwx------ 1 0 0 64 Nov 23 09:01 11 -> socket:[8048278]
 *
 * The dates of other implementations have other lengths, so the number is what stands before the first " -> ", or,
 * where ls could not read the link, at the end. `escaped`: names are in the style of `ls -b`. `only`: all of it is of
 * that folder, whatever it says. Lines of another shape are passed over.
 */
export function parseLinks(text: string, escaped: boolean, only = ""): Map<string, Links> {
  const folders = new Map<string, Links>();
  let links: Links | undefined;
  const begin = (folder: string): void => void folders.set(folder, (links = new Map()));
  if (only !== "") begin(only);
  for (const line of eachLine(text)) {
    if (line.charCodeAt(0) !== 0x6c) {
      const folder = only === "" ? /^((?:\d{1,10}|self)\/fd):$/.exec(line)?.[1] : undefined;
      if (folder !== undefined) begin(folder);
      continue;
    }
    const arrow = line.indexOf(" -> ");
    const head = arrow < 0 ? line : line.slice(0, arrow);
    const number = head.slice(head.lastIndexOf(" ") + 1);
    if (links === undefined || !/^\d{1,9}$/.test(number)) continue;
    const target = arrow < 0 ? null : line.slice(arrow + 4);
    links.set(number, target !== null && escaped ? unescape(target) : target);
  }
  return folders;
}

/** What `ls -ldin` says of a path, and where a link of /proc/PID/ns leads. */
export interface Entry extends ProcStat {
  readonly path: string;
  readonly link: string | null;
}

/** Parses `ls -ldin` of paths that the script named: inode, mode, links, uid, gid, size, a date, and the path. */
export function parseEntries(text: string): Entry[] {
  const entries: Entry[] = [];
  for (const line of eachLine(text)) {
    const match =
      /^ *(\d{1,15}) [a-z-]\S{9,11} +\d{1,10} +\d{1,10} +\d{1,10} +(\d{1,15}) .* ((?:\d{1,10}|self)\/[a-z/]{2,16})(?: -> (\S{1,64}))?$/.exec(
        line,
      );
    if (match === null) continue;
    const [, ino, size, path = "", link = null] = match;
    entries.push({ path, ino: Number(ino), size: Number(size), link });
  }
  return entries;
}

/** The texts of /proc/PID/stat one after the other, by pid. */
export function parseStats(text: string): Map<number, string> {
  const stats = new Map<number, string>();
  let record = "";
  for (const line of eachLine(text)) {
    record += record === "" ? line : `\n${line}`;
    // A name may hold a newline, and even the beginning of another record, but has no room for 20 figures.
    if (!/\) [A-Za-z](?: -?\d{1,20}){20}[ \d-]*$/.test(line)) {
      if (record.length > MOST_UNFINISHED) record = "";
      continue;
    }
    const pid = /^(\d{1,10}) \(/.exec(record)?.[1];
    if (pid !== undefined) stats.set(Number(pid), `${record}\n`);
    record = "";
  }
  return stats;
}

/** "PID (NAME": more than that is no beginning of a record. */
const MOST_UNFINISHED = 128;

function* eachLine(text: string): Generator<string> {
  let from = 0;
  while (from < text.length) {
    const end = text.indexOf("\n", from);
    yield text.slice(from, end < 0 ? text.length : end);
    if (end < 0) return;
    from = end + 1;
  }
}

const ESCAPES: Readonly<Record<string, string>> = {
  a: "\x07",
  b: "\b",
  e: "\x1b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
  v: "\v",
};

/** Bytes from the escapes of `ls -b`: "\n", "\ ", "\\", "\303". */
function unescape(text: string): string {
  if (!text.includes("\\")) return text;
  return text.replaceAll(/\\([0-7]{3}|[^])/g, (_, code: string) =>
    code.length === 3 ? String.fromCharCode(Number.parseInt(code, 8) & 0xff) : (ESCAPES[code] ?? code),
  );
}
