// Builds a single-file executable for each processor: Node, the program as JavaScript and its packages, and the addon.
// It runs on hosts without Node, npm, compiler and network (glibc 2.28 or newer).
// usage: scripts/run scripts/build-executable.ts [FOLDER]
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import fs from "node:fs";
import { join, resolve } from "node:path";
import type { Architecture } from "./packaging/addons.ts";
import { blobOf, executableOf } from "./packaging/executable.ts";
import { shipped } from "./packaging/locked.ts";
import { buildAddons, buildProgram, filesBelow, lock, megabytes, ROOT, USUAL } from "./packaging/program.ts";

/** Parts of packages that are read when the program runs. */
const READ = /\.(?:[cm]?js|json)$/;

/** Files by the name that they have in the executable. */
function assetsOf(program: string): Record<string, string> {
  const assets: Record<string, string> = {};
  for (const name of filesBelow(program)) assets[name] = join(program, name);
  assets["package.json"] = join(ROOT, "package.json");
  for (const [folder] of shipped(lock())) {
    if (/\/node-linux-/.test(folder) || !fs.existsSync(join(ROOT, folder))) continue;
    for (const name of filesBelow(join(ROOT, folder))) {
      // Packages below it stand in the lock file themselves.
      if (READ.test(name) && !name.startsWith("node_modules/"))
        assets[`${folder}/${name}`] = join(ROOT, folder, name);
    }
  }
  return assets;
}

/** Node for this processor: the clone's own, else the package of the lock file, fetched by npm and compared. */
function nodeFor(architecture: Architecture, work: string): Buffer {
  const name = `node-linux-${architecture}`;
  const here = join(ROOT, "node_modules", name, "bin/node");
  if (fs.existsSync(here)) return fs.readFileSync(here);
  const { version, integrity } = lock().packages[`node_modules/${name}`] ?? {};
  if (version === undefined || integrity === undefined)
    throw new Error(`${name} is not in package-lock.json`);
  execFileSync("npm", ["pack", "--silent", "--pack-destination", work, `${name}@${version}`], {
    stdio: "pipe",
  });
  const tarball = join(work, `${name}-${version}.tgz`);
  const sum = createHash("sha512").update(fs.readFileSync(tarball)).digest("base64");
  if (`sha512-${sum}` !== integrity) throw new Error(`${name} is not what package-lock.json has`);
  execFileSync("tar", ["-xzf", tarball, "-C", work, "package/bin/node"]);
  return fs.readFileSync(join(work, "package/bin/node"));
}

function buildExecutables(into: string): string[] {
  const work = fs.mkdtempSync(join(into, "work-"));
  try {
    const program = join(work, "program");
    buildProgram(program);
    const built = buildAddons(program);
    const blob = blobOf(assetsOf(program), "src/cli/main.js", work);
    const wanted = new Set<Architecture>([process.arch as Architecture, ...built]);
    return [...wanted].map((architecture) => {
      const file = join(into, `descry-linux-${architecture}`);
      fs.rmSync(file, { force: true });
      fs.writeFileSync(file, executableOf(nodeFor(architecture, work), blob), { mode: 0o755 });
      return file;
    });
  } finally {
    fs.rmSync(work, { recursive: true, force: true });
  }
}

const into = resolve(process.argv[2] ?? USUAL);
fs.mkdirSync(into, { recursive: true });
for (const file of buildExecutables(into)) console.log(`${file}  ${megabytes(file)}`);
