import { coloured, type Look, plain } from "./screen/look.ts";
import { harmless } from "./screen/text.ts";
import type { FullScreen, FullScreenEvents } from "./top/full-screen.ts";

/** Where lines go, and what is known of it. Tests give another one. */
export interface Terminal {
  readonly outputIsTerminal: boolean;
  readonly errorIsTerminal: boolean;
  /** One line to standard output, or to standard error. */
  out(line: string): void;
  err(line: string): void;
  /** To the terminal as it is: cursor movements and all. */
  draw(text: string): void;
  /** A line on standard error that the next one overwrites; "" wipes it. */
  progress(text: string): void;
  /** How to draw for standard output. */
  look(): Look;
  /** Calls back with each key pressed; returns how to stop. Does nothing where standard input is no terminal. */
  keys(pressed: (key: string) => void): () => void;
  /** Calls back when the terminal's size changed; returns how to stop. */
  resized(changed: () => void): () => void;
  /** Takes the whole screen, with every key, until it is closed. */
  fullScreen(events: FullScreenEvents): Promise<FullScreen>;
}

const PIPED_COLUMNS = 120;
const LEAST_COLUMNS = 40;
/** A terminal that does not tell its size, as on a serial line. */
const DEFAULT_ROWS = 24;

/**
 * The terminal of this process. `closed` is called once when standard output cannot be written any more, with the
 * reason in words, or null where the reader simply went away.
 */
export function processTerminal(color: boolean, closed: (reason: string | null) => void): Terminal {
  const { stdout, stderr, stdin, env } = process;
  const dumb = env["TERM"] === "dumb";
  const outputIsTerminal = stdout.isTTY && !dumb;
  const errorIsTerminal = stderr.isTTY && !dumb;
  const paint = color && outputIsTerminal && !env["NO_COLOR"] ? coloured : plain;
  stdout.on("error", (error: NodeJS.ErrnoException) => {
    closed(error.code === "EPIPE" ? null : harmless(error.message));
  });
  stderr.on("error", () => {});
  return {
    outputIsTerminal,
    errorIsTerminal,
    out: (line) => void (stdout.writable && stdout.write(`${line}\n`)),
    err: (line) => void (stderr.writable && stderr.write(`${line}\n`)),
    draw: (text) => void (stdout.writable && stdout.write(text)),
    progress: (text) => void (errorIsTerminal && stderr.write(`\r${text}\x1b[K`)),
    look: () => ({
      columns: Math.max(LEAST_COLUMNS, columnsOf(stdout.columns, env["COLUMNS"])),
      rows: outputIsTerminal ? stdout.rows || DEFAULT_ROWS : null,
      zone: Intl.DateTimeFormat().resolvedOptions().timeZone,
      paint,
    }),
    keys: (pressed) => listenForKeys(stdin, pressed),
    resized(changed) {
      stdout.on("resize", changed);
      return () => void stdout.off("resize", changed);
    },
    async fullScreen(events) {
      // While it loads, React chooses its development build, several times as slow, unless this says otherwise.
      env["NODE_ENV"] = "production";
      // Would make ink look for a debugger on the network.
      delete env["DEV"];
      return (await import("./top/full-screen.ts")).openFullScreen(events);
    },
  };
}

function columnsOf(terminal: number | undefined, environment: string | undefined): number {
  if (terminal !== undefined && terminal > 0) return terminal;
  const asked = Number(environment);
  return Number.isInteger(asked) && asked > 0 ? asked : PIPED_COLUMNS;
}

function listenForKeys(stdin: typeof process.stdin, pressed: (key: string) => void): () => void {
  if (!stdin.isTTY) return () => {};
  const listener = (bytes: Buffer) => pressed(bytes.toString("latin1"));
  stdin.setRawMode(true);
  stdin.on("data", listener);
  stdin.resume();
  return () => {
    stdin.off("data", listener);
    stdin.setRawMode(false);
    stdin.pause();
  };
}
