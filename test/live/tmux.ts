// A real terminal for tests: tmux on a socket of its own, without the user's configuration.
import { execFileSync, spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { until } from "../../lab/wait.ts";
import { ALONE } from "../program.ts";

export interface Terminal {
  /** Keys by tmux's names: "Enter", "Escape", "C-c", "Down"; anything else is typed. */
  keys(...names: readonly string[]): void;
  /** Lines on the screen, without colours; with `escapes` as the program painted them. */
  lines(escapes?: boolean): string[];
  /** Resolves to the screen's text once a line matches. */
  shows(line: RegExp, seconds?: number): Promise<string>;
  resize(columns: number, rows: number): void;
  /** Whether a program has the other screen, and whether the cursor is seen. */
  state(): { readonly otherScreen: boolean; readonly cursor: boolean };
  /** Pid of the program that the terminal's shell runs now. */
  program(): number;
  close(): void;
}

/** Starts `sh -c command` on a terminal of this size. */
export function openTerminal(columns: number, rows: number, command: string): Terminal {
  const socket = `descry-test-${process.pid}-${Math.random().toString(36).slice(2)}`;
  const tmux = (...args: readonly string[]): string =>
    execFileSync("tmux", ["-L", socket, "-f", "/dev/null", ...args], {
      encoding: "utf8",
      env: { ...ALONE, PATH: process.env["PATH"], TERM: "xterm-256color", LANG: "C.UTF-8" },
    });
  tmux("new-session", "-d", "-s", "t", "-x", String(columns), "-y", String(rows), "sh", "-c", command);
  const close = () => void spawnSync("tmux", ["-L", socket, "kill-server"]);
  process.once("exit", close);
  const told = (format: string): string => tmux("display-message", "-p", "-t", "t", format).trim();
  const lines = (escapes = false): string[] =>
    tmux("capture-pane", "-p", "-t", "t", ...(escapes ? ["-e"] : []))
      .split("\n")
      .slice(0, -1);
  return {
    lines,
    keys(...names) {
      for (const name of names) tmux("send-keys", "-t", "t", name);
    },
    async shows(line, timeoutSeconds = 60) {
      let last: readonly string[] = [];
      const seen = () => (last = lines()).some((text) => line.test(text));
      await until(`${line} on the screen`, seen, { timeoutSeconds }).catch((error: unknown) => {
        throw new Error(`it shows:\n${last.join("\n")}`, { cause: error });
      });
      return last.join("\n");
    },
    resize: (newColumns, newRows) =>
      void tmux("resize-window", "-t", "t", "-x", String(newColumns), "-y", String(newRows)),
    state: () => ({ otherScreen: told("#{alternate_on}") === "1", cursor: told("#{cursor_flag}") === "1" }),
    program() {
      const shell = told("#{pane_pid}");
      return Number(readFileSync(`/proc/${shell}/task/${shell}/children`, "utf8").trim().split(" ")[0]);
    },
    close() {
      process.off("exit", close);
      close();
    },
  };
}
