import { spawnSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { dirname, join } from "node:path";

/** The processors that packages are made for, as Node calls them, and the compilers that build for each. */
export const ARCHITECTURES = ["x64", "arm64"] as const;
export type Architecture = (typeof ARCHITECTURES)[number];

const CROSS: Readonly<Record<Architecture, string>> = {
  x64: "x86_64-linux-gnu-gcc",
  arm64: "aarch64-linux-gnu-gcc",
};

/** Builds the addon; null when it was, else why not. */
export function buildAddon(root: string, architecture: Architecture, output: string): string | null {
  mkdirSync(dirname(output), { recursive: true });
  const compiler = architecture === process.arch ? (process.env["CC"] ?? "gcc") : CROSS[architecture];
  const script = join(root, "scripts/build-addon");
  const { status, stderr } = spawnSync("sh", [script, output, compiler], { encoding: "utf8" });
  return status === 0 ? null : (stderr.trim().split("\n").at(-1) ?? "");
}
