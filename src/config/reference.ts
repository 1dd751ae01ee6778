/** What a configuration may say, for people: made from the schema. */
import { type Place, SETTINGS, valuesOf } from "./schema.ts";

const INTRODUCTION = `# Configuration

Generated from src/config/schema.ts by scripts/generate-reference.ts; \`descry config reference\` prints the same.

descry needs no configuration: it learns what is normal, and every setting has a default. One YAML file says what you
know better. It is the one that \`--config FILE\` names, else the one that \`DESCRY_CONFIG\` names, else
\`/etc/descry/descry.yaml\` if it is there. Flags go before it. \`descry config check\` says what is wrong with it, with
the line, and \`descry config show\` what is in force. \`/dev/null\` stands for the defaults.

Names that begin with \`*\` or \`[\` are put in quotes. Aliases (\`*name\`), custom tags and files over 1 MiB are refused.
A recording is judged with the configuration that is in force at the replay.
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
`;

function settings(place: Place, path: readonly string[]): string[] {
  const named = Object.entries(place.properties ?? {}).flatMap(([key, inner]) => [
    entry(inner, [...path, key]),
    ...settings(inner, [...path, key]),
  ]);
  const values = valuesOf(place);
  if (values === null) return named;
  const inner = [...path, place.entry ?? "NAME"];
  return [...named, entry(values, inner), ...settings(values, inner)];
}

function entry(place: Place, path: readonly string[]): string {
  const facts = [
    `Type: ${typeWords(place)}.`,
    ...(place.default === undefined
      ? []
      : [`Default: \`${JSON.stringify(place.default).replaceAll('"', "")}\`.`]),
    ...(place.examples ?? []).map((example) => `Example: \`${JSON.stringify(example)}\`.`),
  ];
  return [`### ${path.join(".")}`, place.description ?? "", facts.join(" ")].join("\n\n");
}

function typeWords({ type, enum: allowed, minimum, maximum, entry: name }: Place): string {
  if (allowed !== undefined) return allowed.map((value) => `\`${String(value)}\``).join(", ");
  if (type === "integer") return `whole number from ${minimum} to ${maximum}`;
  if (name !== undefined) return `map, one entry a ${name.toLowerCase()}`;
  return type === "object" ? "map" : String(type);
}
