/** What a configuration may say, for people: made from the schema. */
import { wantedOf } from "./faults.ts";
import { isMapPlace, kindsOf, type Place, valuesOf } from "./place.ts";
import { SETTINGS } from "./schema.ts";

const INTRODUCTION = `# Configuration

Generated from src/config/schema.ts by scripts/generate-reference.ts; \`descry config reference\` prints the same.

descry needs no configuration: it learns what is normal, and every setting has a default. One YAML file says what you
know better, and whom descry agent tells. It is the one that \`--config FILE\` names, else the one that \`DESCRY_CONFIG\` names,
else \`/etc/descry/descry.yaml\` if it is there. Flags go before it. \`descry config check\` says what is wrong with it, with
the line, and \`descry config show\` what is in force. \`/dev/null\` stands for the defaults.

Durations are written as \`90s\`, \`10m\`, \`2h30m\` or \`30d\`, sizes as \`64MiB\` or \`500MB\`. Names that begin with \`*\` or \`[\` are put
in quotes. Aliases (\`*name\`), custom tags and files over 1 MiB are refused. A recording is judged with the configuration that
is in force at the replay.

A secret never stands in the file: \`file:/PATH\` names a file that holds it alone, \`env:NAME\` an environment variable of
descry. It is read anew each time it is needed, and neither shown nor logged.

When descry agent gets SIGHUP it reads the file again. What is wrong is told, and what was in force stays so.
`;

/** docs/reference/configuration.md */
export function configurationReference(): string {
  const example = ["## Example", "```yaml\n" + EXAMPLE + "```"];
  return [INTRODUCTION.trimEnd(), ...example, "## Settings", ...settings(SETTINGS, [])].join("\n\n") + "\n";
}

export const EXAMPLE = `services:
  gunicorn.service:
    pools:
      "127.0.0.1:3306": 20
      "*:5432": 10
    shape: follows-load
    owner: team-shop
    page-below: 30m
  backup.service:
    ignore: true
channels:
  ops:
    kind: slack
    url: file:/etc/descry/slack-url
  on-call:
    kind: pagerduty
    routing-key: env:PAGERDUTY_KEY
    severity: page
agent:
  cpu-budget: 2%
history:
  every-second: 12h
`;

/** `of`: what is added to the names of settings that only maps of one kind have. */
function settings(place: Place, path: readonly string[], of = ""): string[] {
  const named = Object.entries(place.properties ?? {}).flatMap(([key, inner]) => [
    entry(inner, [...path, key], place.required?.includes(key) === true, of),
    ...settings(inner, [...path, key], of),
  ]);
  const values = valuesOf(place);
  if (values === null) return [...named, ...kinds(place, path)];
  const inner = [...path, place.entry ?? "NAME"];
  return [...named, entry(values, inner, false, of), ...settings(values, inner, of)];
}

/** Of maps of several kinds, what all have, and then what each has besides. */
function kinds({ anyOf = [] }: Place, path: readonly string[]): string[] {
  const [first, ...others] = anyOf;
  if (first === undefined) return [];
  const every = new Set(
    Object.keys(first.properties ?? {}).filter((key) =>
      others.every(
        ({ properties = {} }) => properties[key]?.description === first.properties?.[key]?.description,
      ),
    ),
  );
  const only = (place: Place, has: (key: string) => boolean): Place => ({
    ...place,
    properties: Object.fromEntries(Object.entries(place.properties ?? {}).filter(([key]) => has(key))),
  });
  return [
    kindEntry(anyOf, path),
    ...settings(
      only(first, (key) => every.has(key)),
      path,
    ),
    ...anyOf.flatMap((place) =>
      settings(
        only(place, (key) => key !== "kind" && !every.has(key)),
        path,
        ` (${kindsOf({ anyOf: [place] })[0]})`,
      ),
    ),
  ];
}

function kindEntry(anyOf: readonly Place[], path: readonly string[]): string {
  const lines = anyOf.map((place) => `- \`${kindsOf({ anyOf: [place] })[0]}\`: ${place.description}`);
  return [`### ${[...path, "kind"].join(".")}`, lines.join("\n"), "It has to be there."].join("\n\n");
}

function entry(place: Place, path: readonly string[], isRequired: boolean, of: string): string {
  const { default: usual, properties, examples = [] } = place;
  const facts = [
    `Type: ${typeWords(place)}.`,
    ...(usual === undefined || properties !== undefined ? [] : [`Default: \`${plain(usual)}\`.`]),
    ...(isRequired && usual === undefined ? ["It has to be there."] : []),
    ...examples.map((example) => `Example: \`${JSON.stringify(example)}\`.`),
  ];
  return [`### ${path.join(".")}${of}`, place.description ?? "", facts.join(" ")].join("\n\n");
}

function plain(value: unknown): string {
  return JSON.stringify(value).replaceAll('"', "");
}

function typeWords(place: Place): string {
  const { enum: allowed, entry: name } = place;
  if (allowed !== undefined) return allowed.map((value) => `\`${String(value)}\``).join(", ");
  if (name !== undefined) return `map, one entry a ${name.toLowerCase()}`;
  return isMapPlace(place) ? "map" : wantedOf(place).replace(/^an? /, "");
}
