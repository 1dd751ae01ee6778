import { faultError, type ReadFile, readSettings, refusal } from "../../config/read.ts";
import type { Settings } from "../../config/schema.ts";
import { DescryError } from "../../model/error.ts";
import { CONFIG_WISHES } from "../commands.ts";
import { OK, UNKNOWN } from "../exit-codes.ts";
import { failureWords } from "../failure.ts";
import { listed, nearest } from "../nearest.ts";
import { readConfig } from "../options.ts";
import { counted } from "../screen/figures.ts";
import { harmless, jsonLine } from "../screen/text.ts";
import type { Command, Surroundings } from "../surroundings.ts";

/** `descry config check|show|reference`. */
export const run: Command = async (flags, operand, surroundings) => {
  const wish = CONFIG_WISHES.find((one) => one === operand);
  if (wish === undefined) {
    const near = nearest(operand ?? "", CONFIG_WISHES, 1)[0];
    throw new DescryError(
      `descry config has no ${harmless(operand ?? "")}.`,
      near === undefined ? `It has ${listed(CONFIG_WISHES)}.` : `Did you mean ${near}?`,
    );
  }
  if (wish === "reference") return reference(surroundings);
  const named = readConfig(flags, surroundings.environment);
  const file = await readSettings({ named, usual: surroundings.usual.configuration, nearest });
  const json = flags.json === true;
  return wish === "check" ? check(file, json, surroundings) : show(file, json, surroundings);
};

async function reference({ terminal }: Surroundings): Promise<number> {
  const { configurationReference } = await import("../../config/reference.ts");
  terminal.out(configurationReference().trimEnd());
  return OK;
}

function check({ path, settings, faults }: ReadFile, json: boolean, { terminal }: Surroundings): number {
  if (json) terminal.out(jsonLine({ file: path, good: settings !== null, faults }));
  else if (settings !== null) terminal.out(goodWords(path, settings));
  else for (const fault of faults) terminal.err(failureWords(faultError(path ?? "", fault)));
  return settings === null ? UNKNOWN : OK;
}

function goodWords(path: string | null, { services, channels }: Settings): string {
  if (path === null) return "There is no configuration: everything has its default.";
  const count = Object.keys(services).length;
  const what = count === 0 ? "nothing is declared" : `${counted(count, "service")} declared`;
  const told = counted(Object.keys(channels).length, "channel");
  return `${harmless(path)} is good: ${what}${told.startsWith("0") ? "" : `, ${told}`}.`;
}

async function show(
  { path, settings, faults }: ReadFile,
  json: boolean,
  { terminal }: Surroundings,
): Promise<number> {
  if (settings === null) throw refusal(path ?? "", faults);
  if (json) terminal.out(jsonLine({ file: path, settings }));
  else {
    const { yamlOf } = await import("../../config/show.ts");
    terminal.out(`# ${path === null ? "no file: every setting has its default" : harmless(path)}`);
    for (const line of yamlOf(settings).trimEnd().split("\n")) terminal.out(harmless(line));
  }
  return OK;
}
