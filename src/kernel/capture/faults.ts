import { DescryError } from "../../model/error.ts";

/** What is wrong with a line of a capture, in words that follow "Line 17 of FILE". */
export class CaptureFault extends Error {}

const FORMAT = "docs/capture-format.md says what a capture holds.";

export function badCapture(name: string, line: number, why: string): DescryError {
  return new DescryError(`Line ${line} of ${name} ${why}.`, `Rounds before that line were read. ${FORMAT}`);
}

export function newerCapture(name: string, version: string): DescryError {
  return new DescryError(
    `${name} is a capture of version ${version}, and this descry reads version 1.`,
    "Replay it with a descry at least as new as the script that wrote it.",
  );
}

export function convertedCapture(name: string): DescryError {
  return new DescryError(
    `The lines of ${name} end in carriage returns: the capture went through a terminal.`,
    "Capture it again without one: `ssh -T`, `docker exec -i` and `kubectl exec -i`, without -t.",
  );
}

/** `torn`: the bytes ended; `damaged`: they are no gzip. */
export function brokenCapture(
  name: string,
  fault: "torn" | "damaged",
  line: number,
  rounds: number,
): DescryError {
  const read = `${rounds} whole ${rounds === 1 ? "round was" : "rounds were"} read`;
  return fault === "damaged"
    ? new DescryError(
        `${name} is damaged: after line ${line} its compressed bytes are no gzip; ${read}.`,
        "What was judged holds up to there. Copy it again in binary mode; `gzip -t FILE` must be silent.",
      )
    : new DescryError(
        `${name} is torn: it stops after line ${line}, without its end; ${read}.`,
        "What was judged holds up to there. The script was killed, or, if this is a copy, it is not complete.",
      );
}
