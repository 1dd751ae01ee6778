/** Reads the text format back, for tests: every sample by its series, as it is written. */
export interface Parsed {
  readonly samples: ReadonlyMap<string, number>;
  /** Names of families, by type. */
  readonly types: ReadonlyMap<string, string>;
}

const LABEL = String.raw`[a-z_]+="(?:[^"\\\n]|\\["\\n])*"`;
const SAMPLE = new RegExp(String.raw`^(?<series>[a-z_]+(?:\{${LABEL}(?:,${LABEL})*\})?) (?<value>\S+)$`);

/** Throws at a line that is none of the format, and at a series that is told twice. */
export function parsed(text: string): Parsed {
  if (!text.endsWith("\n")) throw new Error("the last line has no end");
  const samples = new Map<string, number>();
  const types = new Map<string, string>();
  for (const line of text.slice(0, -1).split("\n")) {
    const type = /^# TYPE (\S+) (\S+)$/.exec(line);
    if (type !== null) types.set(type[1] as string, type[2] as string);
    if (line.startsWith("# ")) continue;
    const { series, value } = SAMPLE.exec(line)?.groups ?? {};
    if (series === undefined || value === undefined) throw new Error(`no sample: ${line}`);
    if (samples.has(series)) throw new Error(`twice: ${series}`);
    samples.set(series, value === "+Inf" ? Number.POSITIVE_INFINITY : Number(value));
  }
  return { samples, types };
}

/** Samples of one name, by what stands in braces. */
export function familyOf(text: string, name: string): Map<string, number> {
  const family = new Map<string, number>();
  for (const [series, value] of parsed(text).samples) {
    if (series === name) family.set("", value);
    else if (series.startsWith(`${name}{`)) family.set(series.slice(name.length + 1, -1), value);
  }
  return family;
}
