import { redactArguments } from "./redact.ts";

/** Enough to name a service; the rest of a command line of thousands of arguments is not kept. */
export const MOST_ARGUMENTS = 64;
/** How much of /proc/PID/cmdline is read; execve(2) allows an argument of 128 KiB. */
export const MOST_BYTES = 256 * 1024;

/**
 * The arguments in /proc/PID/cmdline, each ended by NUL, with secrets removed; [] for a kernel thread or a zombie.
 * Secrets go before anything is cut: the end of an argument may be what tells that its middle is one.
 */
export function parseCmdline(bytes: Buffer): string[] {
  const complete = bytes.length < MOST_BYTES;
  const words = bytes.toString("utf8").split("\0");
  // A process that writes its own title leaves a tail of NULs behind it.
  while (words.length > 0 && words[words.length - 1] === "") words.pop();
  if (!complete) words[words.length - 1] = "[cut]";
  return redactArguments(words.slice(0, MOST_ARGUMENTS));
}
