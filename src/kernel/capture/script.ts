import { readFileSync } from "node:fs";

/** The POSIX shell script that writes a capture. */
export function captureScript(): string {
  return readFileSync(new URL("./script.sh", import.meta.url), "utf8");
}
