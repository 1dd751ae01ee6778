import fs from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { getAssetKeys, getRawAsset } from "node:sea";

/** Its path in a package, and its name among the assets of an executable. */
export const ADDON_ASSET = `native/linux-${process.arch}.node`;

type Packed = { readonly addon: unknown } | { readonly absent: string };

/**
 * The addon inside a single-file executable. dlopen(3) takes files alone, so it stands as one, in a folder that only
 * this user may enter, for as long as that takes.
 */
export function loadPacked(environment: NodeJS.ProcessEnv): Packed {
  if (!getAssetKeys().includes(ADDON_ASSET)) return { absent: "this executable was built without it" };
  const bytes = Buffer.from(getRawAsset(ADDON_ASSET));
  const refused: string[] = [];
  for (const folder of foldersFor(environment)) {
    try {
      return { addon: loadThrough(folder, bytes) };
    } catch (error) {
      // Not writable, full, or mounted noexec: another may do.
      const { message } = error as Error;
      refused.push(message.split("\n")[0] ?? "");
    }
  }
  return { absent: `it could be loaded from no temporary folder: ${refused[0] ?? ""}` };
}

/** Those of the system first; XDG_RUNTIME_DIR is the user's own and in memory, as /dev/shm is. */
function foldersFor(environment: NodeJS.ProcessEnv): string[] {
  const own = environment["XDG_RUNTIME_DIR"] ?? "";
  return [...new Set([tmpdir(), ...(own.startsWith("/") ? [own] : []), "/dev/shm", "/var/tmp"])];
}

function loadThrough(folder: string, bytes: Uint8Array): unknown {
  const made = fs.mkdtempSync(join(folder, "descry-addon-"));
  try {
    const file = join(made, "addon.node");
    fs.writeFileSync(file, bytes, { flag: "wx", mode: 0o500 });
    const module = { exports: {} };
    process.dlopen(module, file);
    return module.exports;
  } finally {
    // What is mapped stays mapped.
    fs.rmSync(made, { recursive: true, force: true });
  }
}
