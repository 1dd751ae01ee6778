/** The wishes of `descry alert` that a running agent is asked for. */
import { DescryError } from "../../model/error.ts";
import type { AgentClient } from "../attach/client.ts";
import { throughAgent } from "../attach/find.ts";
import type { ALERT_WISHES } from "../commands.ts";
import { OK } from "../exit-codes.ts";
import { nearest } from "../nearest.ts";
import { type RawFlags, readOptions } from "../options.ts";
import { harmless, jsonLine } from "../screen/text.ts";
import type { Surroundings } from "../surroundings.ts";
import { orderOf, wholeName } from "./order.ts";
import { alertLines, endedLines, madeLines, silenceLines } from "./words.ts";

export type Asked = Exclude<(typeof ALERT_WISHES)[number], "test">;

const OF_SILENCE = ["service", "rule", "fingerprint", "for", "comment"] as const;

/** Rejects with a DescryError where no agent answers, or it refuses. */
export async function askAgent(
  wish: Asked,
  operand: string | null,
  flags: RawFlags,
  surroundings: Surroundings,
): Promise<number> {
  checkWords(wish, operand, flags);
  const { environment } = surroundings;
  const options = readOptions(flags, environment);
  const order = wish === "silence" ? orderOf(flags, environment) : null;
  const json = flags.json === true;
  await throughAgent(options, surroundings, async (client) => {
    const print = printer(json, surroundings);
    if (order !== null) {
      const service =
        order.service === undefined ? {} : { service: await meant(order.service, client, surroundings) };
      const made = await client.silence({ ...order, ...service });
      print([made], (now, { zone }) => madeLines(made, now, zone));
    } else if (wish === "unsilence") {
      const ended = await client.endSilence(operand ?? "");
      print([ended], (now, { zone }) => endedLines(ended, now, zone));
    } else if (wish === "silences") {
      const silences = await client.silences();
      print(silences, (now, look) => silenceLines(silences, now, look));
    } else {
      const alerts = await client.alerts();
      print(alerts, (now, look) => alertLines(alerts, now, look));
    }
  });
  return OK;
}

type Lines = (now: string, look: ReturnType<Surroundings["terminal"]["look"]>) => readonly string[];

/** JSON, one object a line, or lines for people. */
function printer(json: boolean, { terminal }: Surroundings) {
  return (values: readonly object[], lines: Lines): void => {
    const printed = json ? values.map(jsonLine) : lines(new Date().toISOString(), terminal.look());
    for (const line of printed) terminal.out(line);
  };
}

/** The whole name of what runs, or of what an alert is about though it does not run any more; of any other it is said. */
async function meant(service: string, client: AgentClient, { terminal }: Surroundings): Promise<string> {
  const alerts = await client.alerts();
  const { services } = await client.snapshot();
  const known = [...services.map((view) => view.service), ...alerts.flatMap((alert) => alert.service ?? [])];
  const whole = wholeName(service, known);
  if (!known.includes(whole)) {
    const [near] = nearest(whole, known, 1);
    const mend = near === undefined ? "" : ` Did you mean ${harmless(near)}?`;
    terminal.err(`descry: No service is named ${harmless(whole)} now.${mend}`);
  }
  return whole;
}

function checkWords(wish: Asked, operand: string | null, flags: RawFlags): void {
  if (wish === "unsilence" && operand === null)
    throw new DescryError(
      "descry alert unsilence needs the id of a silence.",
      "descry alert silences lists them.",
    );
  if (wish !== "unsilence" && operand !== null)
    throw new DescryError(`descry alert ${wish} takes no ${harmless(operand)}.`, "Leave it out.");
  const foreign = OF_SILENCE.find((name) => flags[name] !== undefined);
  if (wish !== "silence" && foreign !== undefined)
    throw new DescryError(`descry alert ${wish} takes no --${foreign}.`, "descry alert silence does.");
}
