import { open } from "node:fs/promises";
import { getSystemErrorMessage } from "node:util";
import type { AgentSettings } from "../model/agent-settings.ts";
import { type Declared, NOTHING_DECLARED } from "../model/declared.ts";
import { DescryError } from "../model/error.ts";
import type { Fault } from "./document.ts";
import { excerpt } from "./excerpt.ts";
import type { Settings } from "./schema.ts";
import type { Nearest } from "./faults.ts";

/** Far more than a host has services. */
const MOST_BYTES = 1024 * 1024;

/** A file as it was read, right or wrong. */
export interface ReadFile {
  /** null: no file was named and the usual one is not there. */
  readonly path: string | null;
  /** null: there are faults. */
  readonly settings: Settings | null;
  readonly faults: readonly Fault[];
}

export interface Where {
  /** The file that was named; null: the usual one, if it is there. */
  readonly named: string | null;
  readonly usual: string;
  readonly nearest: Nearest;
}

/** Reads and checks the configuration. Rejects with a DescryError when the file cannot be read at all. */
export async function readSettings(where: Where): Promise<ReadFile> {
  const path = where.named ?? where.usual;
  return checked(path, await readText(path, where.named !== null), where.nearest);
}

/** What the user declared. Rejects with a DescryError that names the first thing that is wrong, and its line. */
export async function readDeclared(where: Where): Promise<Declared> {
  const path = where.named ?? where.usual;
  const text = await readText(path, where.named !== null);
  if (text === null || text.trim() === "") return NOTHING_DECLARED;
  const { settings, faults } = await checked(path, text, where.nearest);
  if (settings === null) throw refusal(path, faults);
  const { declaredIn } = await import("./declared.ts");
  return declaredIn(settings);
}

/** What the configuration says of the agent, and where it was read. */
export interface ReadAgent {
  /** null: no file was named and the usual one is not there. */
  readonly path: string | null;
  readonly settings: AgentSettings;
}

/** Rejects with a DescryError as readDeclared does. */
export async function readAgent(where: Where): Promise<ReadAgent> {
  const { path, settings, faults } = await readSettings(where);
  if (settings === null) throw refusal(path ?? "", faults);
  const { agentSettingsOf } = await import("./agent.ts");
  return { path, settings: agentSettingsOf(settings) };
}

/** What became of reading the configuration again. */
export type Reread = { readonly read: ReadAgent } | { readonly refusal: DescryError };

/**
 * Reads it again while the agent runs. What is wrong with it is an answer and no failure: what was in force stays so. A
 * file that is gone is wrong as well, since an agent without channels would tell nobody that it has none.
 */
export async function rereadAgent(where: Where, before: ReadAgent): Promise<Reread> {
  try {
    const read = await readAgent(where);
    if (read.path !== null || before.path === null) return { read };
    return {
      refusal: new DescryError(
        `The configuration ${excerpt(before.path)} is gone.`,
        "Put it back; an empty file stands for the defaults.",
      ),
    };
  } catch (error) {
    if (!(error instanceof DescryError)) throw error;
    return { refusal: error };
  }
}

/** The parser and the schema take 25 MB and 0.2 s, so they are loaded only where there is something to check. */
async function checked(path: string, text: string | null, nearest: Nearest): Promise<ReadFile> {
  const { defaultSettings, settingsOf } = await import("./settings.ts");
  if (text === null) return { path: null, settings: defaultSettings(), faults: [] };
  const [{ YamlText }, { SETTINGS }] = await Promise.all([import("./document.ts"), import("./schema.ts")]);
  return { path, ...settingsOf(new YamlText(text, SETTINGS), nearest) };
}

/** One fault as what is thrown for it: "FILE:LINE: what is wrong." */
export function faultError(path: string, { line, message, mend }: Fault, more = ""): DescryError {
  return new DescryError(`${excerpt(path)}:${line}: ${message}.`, `${mend}${more}`);
}

/** The first fault, and how many more there are. */
export function refusal(path: string, faults: readonly Fault[]): DescryError {
  const [first] = faults;
  if (first === undefined) throw new TypeError("settings are missing, and nothing is wrong with them");
  const more = ` descry config check shows ${faults.length - 1} more.`;
  return faultError(path, first, faults.length > 1 ? more : "");
}

/** null: it is not there and need not be. */
async function readText(path: string, named: boolean): Promise<string | null> {
  let bytes: Uint8Array;
  try {
    bytes = await readBytes(path);
  } catch (error) {
    if (!named && isAbsent(error)) return null;
    throw unreadable(path, error);
  }
  if (bytes.length > MOST_BYTES) {
    throw new DescryError(
      `${excerpt(path)} is larger than 1 MiB, which no configuration is.`,
      "Name another file with --config.",
    );
  }
  const text = decode(bytes);
  if (text !== null) return text;
  throw new DescryError(
    `${excerpt(path)} is no text in UTF-8.`,
    "Name another file with --config, or write it as UTF-8.",
  );
}

/** At most one byte more than may be; also from a pipe, for `--config <(...)`. */
async function readBytes(path: string): Promise<Uint8Array> {
  await using file = await open(path, "r");
  const bytes = new Uint8Array(MOST_BYTES + 1);
  let length = 0;
  while (length < bytes.length) {
    const { bytesRead } = await file.read(bytes, length, bytes.length - length);
    if (bytesRead === 0) break;
    length += bytesRead;
  }
  return bytes.subarray(0, length);
}

/** null: bytes that are no text. Tabs and line ends are the only control characters that text has. */
function decode(bytes: Uint8Array): string | null {
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    // oxlint-disable-next-line no-control-regex -- they are what is looked for
    return /[\0-\x08\x0b\x0c\x0e-\x1f\x7f]/.test(text) ? null : text;
  } catch {
    return null;
  }
}

function isAbsent(error: unknown): boolean {
  const code = error instanceof Error && "code" in error ? error.code : "";
  return code === "ENOENT" || code === "ENOTDIR";
}

function unreadable(path: string, error: unknown): DescryError {
  const reason =
    error instanceof Error && "errno" in error && typeof error.errno === "number"
      ? getSystemErrorMessage(error.errno)
      : String(error);
  return new DescryError(
    `The configuration ${excerpt(path)} cannot be read: ${reason}.`,
    "Name another file with --config or DESCRY_CONFIG; /dev/null stands for the defaults.",
  );
}
