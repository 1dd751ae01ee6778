import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { isSea } from "node:sea";
import { ADDON_ASSET, loadPacked } from "./packed.ts";

const require = createRequire(import.meta.url);
/** Where set-up builds it, and where a package for other hosts has it. */
const BUILT_HERE = new URL("../../../node_modules/.descry/", import.meta.url).pathname;
const BUILT_BEFORE = new URL(`../../../${ADDON_ASSET}`, import.meta.url).pathname;

/** The functions of native/*.c, or why there are none: the addon is optional, /proc alone serves without it. */
export type Loaded<Addon> = { readonly addon: Addon } | { readonly absent: string };

let packed: Loaded<unknown> | null = null;

/**
 * Loads the C addon: the one that set-up built, that came with the package, or that is in the executable.
 * DESCRY_ADDON=off goes without it, which tests use to run both ways.
 * The caller names the functions it calls; native/addon.h says which file has them.
 */
export function loadAddon<Addon>(environment: NodeJS.ProcessEnv = process.env): Loaded<Addon> {
  if (environment["DESCRY_ADDON"] === "off") return { absent: "DESCRY_ADDON=off" };
  if (isSea()) return (packed ??= loadPacked(environment)) as Loaded<Addon>;
  const file = `${BUILT_HERE}addon.node`;
  try {
    return { addon: require(existsSync(file) ? file : BUILT_BEFORE) as Addon };
  } catch (error) {
    return { absent: absentReason(error) };
  }
}

function absentReason(error: unknown): string {
  try {
    return readFileSync(`${BUILT_HERE}addon.absent`, "utf8").trim();
  } catch {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === "MODULE_NOT_FOUND") return `none was built for Linux on ${process.arch}`;
    return message.split("\n")[0] ?? "it could not be loaded";
  }
}
