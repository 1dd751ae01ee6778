import { readdirSync, readFileSync } from "node:fs";
import { join, relative, sep } from "node:path";
import { getAsset, getAssetKeys, isSea } from "node:sea";
import { type Site, siteOf } from "../../server/site.ts";

const ROOT = join(import.meta.dirname, "../../..");
/** What a package has beside the program, and a single-file executable in itself (scripts/packaging/program.ts). */
const PACKED = "site";
/** What set-up builds in a clone (scripts/build-web). */
const BUILT = "node_modules/.descry/web";

/** The dashboard of this program, wherever that was installed; null: none was built for it. */
export function ownSite(): Site | null {
  if (isSea()) return siteOf(packedFiles());
  return siteIn(join(ROOT, PACKED)) ?? siteIn(join(ROOT, BUILT));
}

/** Null: there is none in this folder. */
export function siteIn(folder: string): Site | null {
  try {
    return siteOf(filesIn(folder));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw error;
  }
}

function* filesIn(folder: string): Generator<[string, Buffer]> {
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const file = join(entry.parentPath, entry.name);
    yield [relative(folder, file).split(sep).join("/"), readFileSync(file)];
  }
}

function* packedFiles(): Generator<[string, Buffer]> {
  for (const name of getAssetKeys())
    if (name.startsWith(`${PACKED}/`)) yield [name.slice(PACKED.length + 1), Buffer.from(getAsset(name))];
}
