/** One line of text against the schema of its type. */
import { Compile } from "typebox/compile";
import type { Fact } from "../model/facts.ts";
import {
  END_SCHEMA,
  FACT_SCHEMAS,
  type FactLine,
  HEADER_SCHEMA,
  type HeaderLine,
  RECORDING_VERSION,
  TICK_SCHEMA,
} from "./schema.ts";

/** Why a line is refused, in words that follow "line 17 of FILE ". The reader adds which line of which file. */
export class LineFault extends Error {}

/** The recording is of a later version of the format. */
export class NewerVersion extends LineFault {}

const header = Compile(HEADER_SCHEMA);
const tick = Compile(TICK_SCHEMA);
const end = Compile(END_SCHEMA);

/** The part of a compiled schema that is used here, alike for all facts. */
interface Check {
  Check(value: unknown): boolean;
  Errors(value: unknown): { readonly instancePath: string; readonly message: string }[];
}

const facts = new Map<string, Check>(
  Object.entries(FACT_SCHEMAS).map(([name, schema]) => [name, Compile(schema)]),
);

/** A line that is a JSON object: what it says it is, and the rest still to be checked. */
export interface UncheckedLine {
  readonly fact: string;
}

/** Throws a LineFault when the text is not a JSON object with a `fact`. */
export function parseLine(text: string): UncheckedLine {
  const value = parseObject(text);
  if (value === null) throw new LineFault(`is not a JSON object: ${excerpt(text)}`);
  if (typeof value["fact"] !== "string") throw new LineFault(`names no "fact": ${excerpt(text)}`);
  return value as unknown as UncheckedLine;
}

/** The line as a fact of the model; null when this version knows no such fact. Throws a LineFault. */
export function checkFact(line: UncheckedLine): Fact | null {
  const check = facts.get(line.fact);
  if (check === undefined) return null;
  if (!check.Check(line)) throw new LineFault(`is no good "${line.fact}" line: ${firstFault(check, line)}`);
  const passed = line as unknown as FactLine;
  return passed;
}

/** Throws a LineFault. */
export function checkTick(line: UncheckedLine): { readonly at: number; readonly uptime: number } {
  if (tick.Check(line)) return line;
  throw new LineFault(`is no good "tick" line: ${firstFault(tick, line)}`);
}

/** Throws a LineFault. */
export function checkEnd(line: UncheckedLine): { readonly ticks: number; readonly lines: number } {
  if (end.Check(line)) return line;
  throw new LineFault(`is no good "end" line: ${firstFault(end, line)}`);
}

/** The first line of a file. Throws a NewerVersion, or a LineFault when it is no header. */
export function parseHeader(text: string): HeaderLine {
  const value = parseObject(text);
  const version = value?.["descryRecording"];
  if (value === null || version === undefined) throw new LineFault(`is ${excerpt(text)}`);
  if (typeof version === "number" && version > RECORDING_VERSION) {
    const by = typeof value["writtenBy"] === "string" ? ` by ${excerpt(value["writtenBy"])}` : "";
    throw new NewerVersion(`was written${by} in version ${version} of the format`);
  }
  if (header.Check(value)) return value;
  throw new LineFault(`is no good header: ${firstFault(header, value)}`);
}

function parseObject(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : null;
  } catch {
    return null;
  }
}

function firstFault(check: Check, value: unknown): string {
  const [fault] = check.Errors(value);
  if (fault === undefined) return "it does not follow the schema";
  const where = fault.instancePath === "" ? "it" : fault.instancePath.slice(1).replaceAll("/", ".");
  return `${where} ${fault.message}`;
}

/** The beginning of a foreign text, quoted. Nothing that a terminal might obey gets through. */
export function excerpt(text: string): string {
  if (text === "") return "empty";
  const shown = text.slice(0, 40).replaceAll(/[^\x20-\x7e]/g, "?");
  return `"${shown}${text.length > 40 ? "..." : ""}"`;
}
