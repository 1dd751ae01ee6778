import { configurationText } from "./configuration.ts";
import { difference } from "./difference.ts";
import { isUnchanged, signed, unsigned } from "./signature.ts";
import { CONFIGURATION, type SystemFiles, UNIT } from "./system-files.ts";
import type { Systemd } from "./systemd.ts";
import { rightsOf, unitText, type UnitOrder } from "./unit.ts";
import { DescryError } from "../../model/error.ts";
import { harmless } from "../screen/text.ts";

export interface InstallOrder extends UnitOrder {
  /** Replace a unit that somebody has changed. */
  readonly force: boolean;
  readonly dryRun: boolean;
}

/** What an installation touches. `say` takes one line. */
export interface InstallPlace {
  readonly files: SystemFiles;
  /** null: nothing is to be started, since it is another system's files that are written. */
  readonly systemd: Systemd | null;
  readonly say: (line: string) => void;
}

const START: readonly (readonly string[])[] = [["daemon-reload"], ["enable", "--now", "descry"]];
/** What ran before runs as the old unit said until it starts again; enabling comes last, so that what fails can be repeated. */
const START_ANEW: readonly (readonly string[])[] = [
  ["daemon-reload"],
  ["restart", "descry"],
  ["enable", "descry"],
];
/** Only its owner may read it: it may name secrets. The service may read what only root may. */
const CONFIGURATION_MODE = 0o600;
const UNIT_MODE = 0o644;

/** Writes the unit and the configuration and starts the service where it can. False: a changed unit was left. */
export function install(order: InstallOrder, place: InstallPlace): boolean {
  placeConfiguration(order, place);
  // Last: what fails before it is done again by the next install, and a new unit starts the service anew.
  const unit = placeUnit(order, place);
  if (!order.speaks)
    place.say("There is no C addon: systemd is not told when descry is ready, and keeps no watch on it.");
  if (!order.dryRun && unit !== "left") start(unit, place);
  return unit !== "left";
}

type Outcome = "written" | "same" | "left";

function placeUnit(order: InstallOrder, { files, say }: InstallPlace): Outcome {
  const text = signed(unitText(order));
  const found = files.look(UNIT);
  const path = files.shown(UNIT);
  if (order.dryRun && found.is === "absent") {
    say(`Would write ${path}:`);
    for (const line of text.trimEnd().split("\n")) say(line);
    return "written";
  }
  if (found.is === "other" && !order.force) {
    say(`Left ${path} as it is: it is ${found.what}. --force replaces it.`);
    return "left";
  }
  if (found.is === "text") {
    if (found.text === text) {
      say(`${path} is as it should be.`);
      return "same";
    }
    const own = isUnchanged(found.text);
    say(
      own ? `${path} is of another descry. What changes:` : `Somebody has changed ${path}. The difference:`,
    );
    for (const line of difference(unsigned(found.text), unsigned(text)) ?? ["too long to compare"])
      say(`  ${harmless(line)}`);
    if (!own && !order.force) {
      say(
        `Left ${path} as it is. --force replaces it; "systemctl edit descry" keeps what you change in a file of its own.`,
      );
      return "left";
    }
  }
  if (order.dryRun) {
    say(`Would replace ${path}.`);
    return "written";
  }
  files.write(UNIT, text, UNIT_MODE);
  say(
    `Wrote ${path}: runs ${harmless(order.program)} agent as the user descry, with ${rightsOf(order).join(", ")}.`,
  );
  return "written";
}

function placeConfiguration({ dryRun }: InstallOrder, { files, say }: InstallPlace): void {
  const path = files.shown(CONFIGURATION);
  if (files.exists(CONFIGURATION)) {
    say(`Left ${path} as it is.`);
    return;
  }
  if (!dryRun) files.write(CONFIGURATION, signed(configurationText()), CONFIGURATION_MODE);
  say(
    `${dryRun ? "Would write" : "Wrote"} ${path}: a configuration that sets nothing, with an example to uncomment.`,
  );
}

function start(unit: Exclude<Outcome, "left">, { systemd, say }: InstallPlace): void {
  if (systemd?.running !== true) {
    say(
      systemd === null
        ? "Nothing was started. In that system, next:"
        : "systemd is not running here, so nothing was started. Where it runs, next:",
    );
    for (const args of START) say(`  systemctl ${args.join(" ")}`);
    return;
  }
  for (const args of unit === "written" ? START_ANEW : START) run(systemd, say, ...args);
  say("descry watches this host: systemctl status descry, journalctl -u descry.");
}

function run(systemd: Systemd, say: (line: string) => void, ...args: readonly string[]): void {
  const said = systemd.call(...args);
  if (said !== null)
    throw new DescryError(
      `systemctl ${args.join(" ")} failed: ${harmless(said)}`,
      "journalctl -u descry says more; what was written stays, and descry install may be run again.",
    );
  say(`Ran systemctl ${args.join(" ")}.`);
}
