import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const require = createRequire(import.meta.url);
const FOLDER = new URL("../../../node_modules/.descry/", import.meta.url).pathname;

/** The functions of native/*.c, or why there are none: the addon is optional, /proc alone serves without it. */
export type Loaded<Addon> = { readonly addon: Addon } | { readonly absent: string };

/**
 * Loads the C addon that set-up built. DESCRY_ADDON=off goes without it, which tests use to run both ways.
 * The caller names the functions it calls; native/addon.h says which file has them.
 */
export function loadAddon<Addon>(environment: NodeJS.ProcessEnv = process.env): Loaded<Addon> {
  if (environment["DESCRY_ADDON"] === "off") return { absent: "DESCRY_ADDON=off" };
  try {
    return { addon: require(`${FOLDER}addon.node`) as Addon };
  } catch (error) {
    return { absent: absentReason(error) };
  }
}

function absentReason(error: unknown): string {
  try {
    return readFileSync(`${FOLDER}addon.absent`, "utf8").trim();
  } catch {
    const message = error instanceof Error ? error.message : String(error);
    return message.split("\n")[0] ?? "it could not be loaded";
  }
}
