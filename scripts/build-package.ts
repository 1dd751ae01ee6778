// Builds the npm package: JavaScript, the compiled addons, the versions of package-lock.json. Its tarball installs
// with `npm install -g FILE` and brings the Node it runs under as an optional package.
// usage: scripts/run scripts/build-package.ts [FOLDER]
import { execFileSync } from "node:child_process";
import fs from "node:fs";
import { join, resolve } from "node:path";
import { HEADERS, type Lock, shipped } from "./packaging/locked.ts";
import {
  buildAddons,
  buildProgram,
  lock,
  type Manifest,
  manifest,
  megabytes,
  ROOT,
  USUAL,
} from "./packaging/program.ts";

/** What package.json says to who installs the package; the rest is for who works on it. */
function published({ dependencies, ...all }: Manifest): Record<string, unknown> {
  const { [HEADERS]: _, ...needed } = dependencies;
  const { scripts: _scripts, devDependencies: _dev, engines: _engines, ...kept } = all;
  return { ...kept, man: ["docs/descry.1"], dependencies: needed };
}

/** npm takes the versions of its packages from this file, not from what is newest that day. */
function shrinkwrap(all: Lock, own: Record<string, unknown>): Record<string, unknown> {
  const { name, version, dependencies, optionalDependencies } = own;
  const packages = {
    "": { name, version, dependencies, optionalDependencies },
    ...Object.fromEntries(shipped(all)),
  };
  return { name, version, lockfileVersion: 3, requires: true, packages };
}

/** The tarball's path. */
function buildPackage(into: string): string {
  const folder = join(into, "package");
  buildProgram(folder);
  buildAddons(folder);
  const write = (file: string, value: unknown) =>
    fs.writeFileSync(join(folder, file), `${JSON.stringify(value, null, 2)}\n`);
  const own = published(manifest());
  write("package.json", own);
  write("npm-shrinkwrap.json", shrinkwrap(lock(), own));
  for (const name of ["bin", "scripts", "docs"]) fs.mkdirSync(join(folder, name));
  const copy = (from: string, to = from) => fs.copyFileSync(join(ROOT, from), join(folder, to));
  for (const name of ["README.md", "LICENSE", "CHANGELOG.md", "docs/descry.1", "scripts/node-flags.sh"])
    copy(name);
  // bin/descry is the same but for what it starts, and how it finds a Node.
  copy("scripts/packaging/package-node.sh", "scripts/pinned-node.sh");
  const start = fs
    .readFileSync(join(ROOT, "bin/descry"), "utf8")
    .replace("src/cli/main.ts", "src/cli/main.js");
  fs.writeFileSync(join(folder, "bin/descry"), start, { mode: 0o755 });
  const packed = execFileSync("npm", ["pack", "--json", "--pack-destination", into, folder], {
    encoding: "utf8",
  });
  const [{ filename = "" } = {}] = JSON.parse(packed) as { filename?: string }[];
  return join(into, filename);
}

const into = resolve(process.argv[2] ?? USUAL);
fs.mkdirSync(into, { recursive: true });
const tarball = buildPackage(into);
console.log(`${tarball}  ${megabytes(tarball)}`);
