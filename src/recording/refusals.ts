/** Every sentence by which a recording is refused, with its mend. `name` is the file as it was asked for. */
import { getSystemErrorMessage } from "node:util";
import { DescryError } from "../model/error.ts";
import { RECORDING_VERSION } from "./schema.ts";

/** "-" in words; everything else quoted. */
export function nameOf(path: string, dash: "standard input" | "standard output"): string {
  return path === "-" ? dash : `"${path}"`;
}

const WRITE_ONE = "Write one with `descry record -o FILE`, or see docs/recording-format.md.";
const UNCHANGED = "The file itself was not changed.";

export function emptyFile(name: string): DescryError {
  return new DescryError(`${name} is empty; a recording begins with a header line.`, WRITE_ONE);
}

export function foreignFile(name: string, why: string): DescryError {
  return new DescryError(`${name} is not a descry recording: ${why}.`, WRITE_ONE);
}

/** Compressed by another program than gzip, which the first bytes give away. */
export function otherCompression(name: string, program: string): DescryError {
  return new DescryError(
    `${name} is compressed with ${program}, and a recording is gzip or plain text.`,
    `Try \`${program} -dc FILE | descry replay -\`.`,
  );
}

export function newerVersion(name: string, why: string): DescryError {
  return new DescryError(
    `${name} ${why}, and this descry reads version ${RECORDING_VERSION}.`,
    "Replay it with a descry at least as new as the one that wrote it.",
  );
}

export function badLine(name: string, line: number, why: string): DescryError {
  return new DescryError(
    `Line ${line} of ${name} ${why}.`,
    `docs/recording-format.md says what a line may hold. Ticks before that line were read. ${UNCHANGED}`,
  );
}

/** `where`: how far it goes, for example "after line 17". */
export function tornFile(name: string, where: string, ticks: number): DescryError {
  return new DescryError(
    `${name} is torn: it stops ${where}; ${ticks} whole ${ticks === 1 ? "tick was" : "ticks were"} read.`,
    `What was judged holds up to there. The recorder was killed, or, if this is a copy, it is not complete: copy it again. ${UNCHANGED}`,
  );
}

export function damagedFile(name: string, line: number, ticks: number): DescryError {
  return new DescryError(
    `${name} is damaged: after line ${line} its compressed bytes are no gzip; ${ticks} whole ` +
      `${ticks === 1 ? "tick was" : "ticks were"} read.`,
    `What was judged holds up to there. Copy it again in binary mode; \`gzip -t FILE\` must be silent. ${UNCHANGED}`,
  );
}

export function terminal(name: string): DescryError {
  return name === "standard input"
    ? new DescryError(
        "Standard input is a terminal, not a recording.",
        "Pipe one in: `cat FILE | descry replay -`.",
      )
    : new DescryError(
        "Standard output is a terminal, and a recording is compressed.",
        "Redirect it to a file or a pipe, or name a file with -o.",
      );
}

export function notReadable(name: string, error: unknown): DescryError {
  return new DescryError(`${name} cannot be read: ${reasonOf(error)}.`, readMend(codeOf(error)));
}

function readMend(code: string): string {
  if (code === "ENOENT" || code === "ENOTDIR") return `Check the path. ${WRITE_ONE}`;
  if (code === "EACCES" || code === "EPERM") {
    return "Recordings are readable by the user who wrote them alone: replay it as that user or as root.";
  }
  if (code === "EISDIR") return "Name a file in that folder.";
  return "Check the file and the disk it is on, then try again.";
}

export function notWritable(name: string, error: unknown): DescryError {
  return new DescryError(`${name} cannot be written: ${reasonOf(error)}.`, writeMend(codeOf(error)));
}

function writeMend(code: string): string {
  if (code === "EEXIST") return "Name another file with -o; descry overwrites nothing.";
  if (code === "ENOENT" || code === "ENOTDIR") return "Make the folder first, or name another file with -o.";
  if (code === "EISDIR") return "Name a file in that folder with -o.";
  if (code === "ENOSPC" || code === "EDQUOT") {
    return "Make room or name a file on another disk with -o. What is on the disk so far can be replayed as a torn recording.";
  }
  if (code === "EACCES" || code === "EPERM" || code === "EROFS")
    return "Name a file in a folder that you may write to with -o.";
  if (code === "EPIPE") return "The program that read standard output has ended; see what it said.";
  return "Name another file with -o.";
}

export function tickTooLarge(name: string, facts: number, most: number): DescryError {
  return new DescryError(
    `One tick of ${facts} facts is larger than the ${most} bytes that ${name} may hold of one.`,
    "Record fewer processes: name them with --pid or --service.",
  );
}

function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : "";
}

/** In the words of strerror(3), which people know and can look up. */
function reasonOf(error: unknown): string {
  const code = codeOf(error);
  if (code === "EEXIST") return "it exists already";
  if (error instanceof Error && "errno" in error && typeof error.errno === "number") {
    return `${getSystemErrorMessage(error.errno)} (${code})`;
  }
  return error instanceof Error ? error.message : String(error);
}
