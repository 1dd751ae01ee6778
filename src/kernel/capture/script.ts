import { readFileSync } from "node:fs";
import { getAsset, isSea } from "node:sea";

/** The POSIX shell script that writes a capture. */
export function captureScript(): string {
  if (isSea()) return getAsset("src/kernel/capture/script.sh", "utf8");
  return readFileSync(new URL("./script.sh", import.meta.url), "utf8");
}
