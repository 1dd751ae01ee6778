import { execFileSync, spawnSync } from "node:child_process";
import fs from "node:fs";
import { join } from "node:path";
import { type Architecture, ARCHITECTURES, buildAddon } from "./addons.ts";
import type { Lock } from "./locked.ts";

export const ROOT = join(import.meta.dirname, "../..");
/** Where everything is built unless another folder is named; git does not see it. */
export const USUAL = join(ROOT, ".build");

export interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly [field: string]: unknown;
}

export function readJson<Value>(path: string): Value {
  return JSON.parse(fs.readFileSync(join(ROOT, path), "utf8")) as Value;
}

export const manifest = (): Manifest => readJson<Manifest>("package.json");
export const lock = (): Lock => readJson<Lock>("package-lock.json");

/** The program as JavaScript, with what it reads beside it. Throws when it does not compile. */
export function buildProgram(into: string): void {
  fs.rmSync(into, { recursive: true, force: true });
  const compiler = join(ROOT, "node_modules/.bin/tsc");
  const args = ["-p", join(ROOT, "scripts/packaging/tsconfig.json"), "--outDir", into];
  const { status, stdout } = spawnSync(compiler, args, { encoding: "utf8" });
  if (status !== 0) throw new Error(`tsc: ${stdout}`);
  const script = "src/kernel/capture/script.sh";
  fs.copyFileSync(join(ROOT, script), join(into, script));
  buildSite(join(into, "site"));
}

/** The dashboard, where the program looks for it (src/cli/agent/site-folder.ts). Throws when it cannot be built. */
function buildSite(into: string): void {
  execFileSync("sh", [join(ROOT, "scripts/build-web")], { stdio: "inherit" });
  const built = join(ROOT, "node_modules/.descry/web");
  if (!fs.existsSync(join(built, "index.html"))) throw new Error("the dashboard is not built");
  fs.cpSync(built, into, { recursive: true });
}

/** The addon for every processor that a compiler here builds for; says which is missing and why. */
export function buildAddons(into: string): Architecture[] {
  return ARCHITECTURES.filter((architecture) => {
    const why = buildAddon(ROOT, architecture, join(into, `native/linux-${architecture}.node`));
    if (why !== null) console.log(`no addon for ${architecture}: ${why}`);
    return why === null;
  });
}

/** All files below a folder, as paths in it. */
export function filesBelow(folder: string): string[] {
  return fs
    .readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .toSorted();
}

export function megabytes(path: string): string {
  return `${(fs.statSync(path).size / 1e6).toFixed(1)} MB`;
}
