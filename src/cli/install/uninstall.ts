import { DescryError } from "../../model/error.ts";
import { failureWords } from "../failure.ts";
import { harmless } from "../screen/text.ts";
import type { InstallPlace } from "./install.ts";
import { isUnchanged } from "./signature.ts";
import { CONFIGURATION, DROP_INS, STATE, UNIT } from "./system-files.ts";
import { dirname } from "node:path";

export interface UninstallOrder {
  /** The state as well: history and what was learned. */
  readonly purge: boolean;
  readonly dryRun: boolean;
}

/** Stops the service, removes what install wrote and nobody has changed, and says what is left. */
export function uninstall({ purge, dryRun }: UninstallOrder, place: InstallPlace): void {
  const { files, systemd, say } = place;
  const unit = files.look(UNIT);
  const running = systemd?.running === true && !dryRun;
  if (running && unit.is !== "absent") call(place, "disable", "--now", "descry");
  const removed = removeWritten(UNIT, dryRun, place);
  const configured = removeWritten(CONFIGURATION, dryRun, place);
  if (configured && !dryRun) files.removeEmptyFolder(dirname(CONFIGURATION));
  if (running && removed) call(place, "daemon-reload");
  if (files.exists(DROP_INS)) say(`Left ${files.shown(DROP_INS)}: descry does not write there.`);
  const state = stateOf(dryRun, place);
  for (const path of state ?? []) {
    if (!purge) say(`Left ${files.shown(path)}: what was learned, and the history. --purge removes it.`);
    else if (dryRun) say(`Would remove ${files.shown(path)}.`);
    else {
      files.remove(path);
      say(`Removed ${files.shown(path)}.`);
    }
  }
  if (unit.is === "absent" && !configured && state?.length === 0) say("descry is not installed here.");
}

/** Null: it may not be looked at, which in a dry run is only said; only root may look into /var/lib/private. */
function stateOf(dryRun: boolean, { files, say }: InstallPlace): string[] | null {
  try {
    return STATE.filter((path) => files.exists(path));
  } catch (error) {
    if (!dryRun || !(error instanceof DescryError)) throw error;
    say(`Without --dry-run this would fail: ${failureWords(error)}`);
    return null;
  }
}

/** Whether it was there as install wrote it, and is gone now. */
function removeWritten(path: string, dryRun: boolean, { files, say }: InstallPlace): boolean {
  const found = files.look(path);
  if (found.is === "absent") return false;
  if (found.is === "other" || !isUnchanged(found.text)) {
    const why = found.is === "other" ? `it is ${found.what}` : "somebody has changed it";
    say(`Left ${files.shown(path)}: ${why}.`);
    return false;
  }
  if (!dryRun) files.remove(path);
  say(`${dryRun ? "Would remove" : "Removed"} ${files.shown(path)}.`);
  return true;
}

/** A service that is not loaded, or stopped already, is no reason to leave its files. */
function call({ systemd, say }: InstallPlace, ...args: readonly string[]): void {
  const said = systemd?.call(...args) ?? null;
  const what = `systemctl ${args.join(" ")}`;
  say(said === null ? `Ran ${what}.` : `${what} failed: ${harmless(said)}`);
}
