import { userInfo } from "node:os";
import { isNamed } from "../../agent/naming.ts";
import type { SilenceOrder } from "../../model/alert.ts";
import { DescryError } from "../../model/error.ts";
import { RULES } from "../../model/kinds.ts";
import type { SilenceRequest } from "../../server/api.ts";
import { LONGEST_SILENCE_SECONDS } from "../../server/schema/alerts.ts";
import { parseDuration } from "../duration.ts";
import { listed, nearest } from "../nearest.ts";
import type { RawFlags } from "../options.ts";
import { harmless } from "../screen/text.ts";

type Environment = Readonly<Record<string, string | undefined>>;
type Rule = NonNullable<SilenceOrder["rule"]>;

const NAMES: readonly Rule[] = [...RULES, "forecast"];
const LONGEST_NAME = 100;

/** What `descry alert silence` was asked for. Throws a DescryError. */
export function orderOf(flags: RawFlags, environment: Environment): SilenceRequest {
  const { service: services = [], rule, fingerprint, for: duration, comment = "" } = flags;
  const [service, another] = services;
  if (another !== undefined)
    throw new DescryError("descry alert silence takes one --service.", "Make a silence for each.");
  if (service === undefined && rule === undefined && fingerprint === undefined)
    throw new DescryError(
      "descry alert silence needs --service, --rule or --fingerprint.",
      "descry alert list shows them.",
    );
  if (duration === undefined)
    throw new DescryError("descry alert silence needs --for.", "Say for how long: --for 2h, at most 30d.");
  const forSeconds = Math.ceil(parseDuration("--for", duration) / 1000);
  if (forSeconds > LONGEST_SILENCE_SECONDS)
    throw new DescryError(
      `--for ${harmless(duration)} is longer than 30 days.`,
      "Name a shorter time; what never matters is declared in the configuration (ignore).",
    );
  return {
    ...(service === undefined ? {} : { service }),
    ...(rule === undefined ? {} : { rule: ruleOf(rule) }),
    ...(fingerprint === undefined ? {} : { fingerprint: fingerprint.toLowerCase() }),
    ...{ forSeconds, by: whoAsks(environment), comment },
  };
}

function ruleOf(text: string): Rule {
  const rule = NAMES.find((name) => name === text);
  if (rule !== undefined) return rule;
  const [near] = nearest(text, NAMES, 1);
  throw new DescryError(
    `There is no rule ${harmless(text)}.`,
    near === undefined ? `There is ${listed(NAMES)}.` : `Did you mean ${near}?`,
  );
}

/** The person, where sudo(8) tells who it is. */
function whoAsks(environment: Environment): string {
  const asked = environment["SUDO_USER"] ?? "";
  if (asked !== "") return asked.slice(0, LONGEST_NAME);
  try {
    return userInfo().username.slice(0, LONGEST_NAME);
  } catch {
    // Nobody in passwd(5), as in many a container.
    return `user ${process.getuid?.() ?? "unknown"}`;
  }
}

/**
 * The whole name of the service that was meant, as `--service` means it everywhere; what nobody has is taken as it is, since a
 * service may be down while it is silenced. Throws a DescryError where several are meant.
 */
export function wholeName(meant: string, known: readonly string[]): string {
  if (known.includes(meant)) return meant;
  const found = [...new Set(known.filter((name) => isNamed(name, meant)))];
  if (found.length > 1)
    throw new DescryError(
      `${harmless(meant)} may be ${listed(found.slice(0, 5).map(harmless))}.`,
      "Give the whole name.",
    );
  return found[0] ?? meant;
}
