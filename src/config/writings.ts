/** Texts that mean more than themselves: how each is written, what it means, and what is wrong with one that is not. */
import { DescryError } from "../model/error.ts";
import { durationOf } from "../model/duration.ts";
import type { Secret } from "../model/channels.ts";
import { checkListen, checkNames } from "../server/options.ts";

export type Writing =
  | "duration"
  | "size"
  | "share"
  | "secret"
  | "url"
  | "url-or-secret"
  | "listen"
  | "host-name"
  | "origin";

/** What is wrong with a text, and what to do. */
export interface Wrong {
  /** Follows the name of the setting; null: what it is says it all. */
  readonly is: string | null;
  readonly mend: string;
}

interface Bounds {
  readonly least?: string;
  readonly most?: string;
}

/** null: nothing is wrong with it. */
export function wrongIn(writing: Writing, text: string, bounds: Bounds): Wrong | null {
  return WRONG[writing](text, bounds);
}

/** What it has to be, for the reference and for what is no text at all. */
export function writingWords(writing: Writing, { least, most }: Bounds): string {
  const range = least === undefined || most === undefined ? "" : ` from ${least} to ${most}`;
  return `${WORDS[writing]}${range}${EXAMPLES[writing] ?? ""}`;
}

const WORDS: Readonly<Record<Writing, string>> = {
  duration: "a duration",
  size: "a size",
  share: "a share",
  secret: "file:/PATH or env:NAME, where the secret is read",
  url: "an address that begins with http:// or https://",
  "url-or-secret":
    "an address that begins with http:// or https://, or file:/PATH or env:NAME, where it is read",
  listen: "ADDRESS:PORT, as 127.0.0.1:8321 or [::1]:8321",
  "host-name": "a name of a host without scheme and port, as web-12.example",
  origin: "scheme, host and port as a browser sends them, as https://overview.example",
};

const EXAMPLES: Partial<Readonly<Record<Writing, string>>> = {
  duration: ", as 90s or 24h",
  size: ", as 64MiB or 500MB",
  share: ", as 1%",
};

type Judge = (text: string, bounds: Bounds) => Wrong | null;

const WRONG: Readonly<Record<Writing, Judge>> = {
  duration: within("duration", durationOf),
  size: within("size", sizeOf),
  share: within("share", shareOf),
  secret: (text) => (secretOf(text) === null ? inClear(text) : null),
  url: (text) => wrongUrl(text),
  "url-or-secret": (text) => (secretOf(text) === null ? wrongUrl(text) : null),
  listen: refusedBy((text) => checkListen(text, true)),
  "host-name": refusedBy((text) => checkNames({ hostNames: [text], origins: [] })),
  origin: refusedBy((text) => checkNames({ hostNames: [], origins: [text] })),
};

const SIZES: Readonly<Record<string, number>> = {
  KB: 1e3,
  MB: 1e6,
  GB: 1e9,
  KiB: 1024,
  MiB: 1024 ** 2,
  GiB: 1024 ** 3,
};

/** Bytes of "64MiB" or "1.5GB"; null: it is no size. */
export function sizeOf(text: string): number | null {
  const [, count, unit] = /^(\d{1,9}(?:\.\d{1,3})?) ?([KMG]i?B)$/.exec(text) ?? [];
  return count === undefined ? null : Math.round(Number(count) * (SIZES[unit ?? ""] ?? Number.NaN));
}

/** The same the other way, of what is a whole number of MiB. */
export function sizeText(bytes: number): string {
  return `${bytes / 1024 ** 2}MiB`;
}

/** 0.01 of "1%"; null: it is no share. */
export function shareOf(text: string): number | null {
  const [, count] = /^(\d{1,3}(?:\.\d{1,3})?) ?%$/.exec(text) ?? [];
  return count === undefined ? null : Number(count) / 100;
}

/** null: it says of no place where a secret is read. */
export function secretOf(text: string): Secret | null {
  const [, file, env] = /^(?:file:(\/(?!\/)[^\0]{1,4095})|env:([A-Za-z_]\w{0,254}))$/.exec(text) ?? [];
  if (file !== undefined) return { file };
  return env === undefined ? null : { env };
}

function within(writing: "duration" | "size" | "share", parse: (text: string) => number | null): Judge {
  return (text, bounds) => {
    const value = parse(text);
    const { least, most } = bounds;
    const isIn =
      value !== null &&
      (least === undefined || value >= (parse(least) ?? 0)) &&
      (most === undefined || value <= (parse(most) ?? Infinity));
    return isIn ? null : { is: null, mend: `It has to be ${writingWords(writing, bounds)}.` };
  };
}

const KEEP =
  "Put it into a file that nobody but descry's user may read, and write file:/PATH here; or env:NAME for an environment variable.";

function inClear(text: string): Wrong {
  if (/^(file|env):/.test(text))
    return {
      is: "names no place where a secret is read",
      mend: "Write file:/PATH with the whole path, or env:NAME with the name of an environment variable.",
    };
  return { is: "is a secret, and stands here for everybody to read", mend: KEEP };
}

function wrongUrl(text: string): Wrong | null {
  const url = URL.parse(text);
  if (url === null || !/^https?:$/.test(url.protocol) || !/^https?:\/\//i.test(text) || /\s/.test(text))
    return { is: "is no address", mend: "Write it as https://HOST/PATH." };
  if (url.username === "" && url.password === "" && url.search === "" && url.hash === "") return null;
  // Only what may be read by everybody stands in the file.
  return { is: "holds a password or a question mark, and with it what may be secret", mend: KEEP };
}

/** Judged by the room that takes it. */
function refusedBy(check: (text: string) => void): Judge {
  return (text) => {
    try {
      check(text);
      return null;
    } catch (error) {
      if (!(error instanceof DescryError)) throw error;
      return { is: null, mend: error.mend };
    }
  };
}
