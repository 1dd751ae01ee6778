import type { Action, ActionMoment } from "../../model/events.ts";
import type { Look } from "./look.ts";
import { cut, hanging, harmless, widthOf } from "./text.ts";

const HEADINGS: Readonly<Record<ActionMoment, string>> = {
  now: "NOW",
  "before-restart": "KEEP",
  fix: "FIX",
  confirm: "CONFIRM",
};

const MOMENTS: readonly ActionMoment[] = ["now", "before-restart", "fix", "confirm"];

/** Columns of the headings of all sections that explain: WHY, NOT THIS, NOW, KEEP, FIX, CONFIRM. */
export const HEADING_COLUMNS = 10;

export function heading(text: string): string {
  return text.padEnd(HEADING_COLUMNS);
}

/**
 * What a person can do, one action after the other; commands are never broken where a paste would break. At
 * `remarkLines` 0 a command says what it is for only where that fits behind it.
 */
export function actionLines(actions: readonly Action[], look: Look, remarkLines: number): string[] {
  return byMoment(actions).flatMap((action) => oneAction(action, look, remarkLines));
}

/** Whom to ask, above what to do; nothing where nobody is declared. */
export function ownerLines(owner: string | null, look: Look): string[] {
  return owner === null ? [] : [cut(`Owner: ${harmless(owner)}`, look.columns)];
}

/** The most urgent first; what is of one moment stays in its order. */
function byMoment(actions: readonly Action[]): Action[] {
  return actions.toSorted((a, b) => MOMENTS.indexOf(a.when) - MOMENTS.indexOf(b.when));
}

function oneAction(action: Action, look: Look, remarkLines: number): string[] {
  const head = heading(HEADINGS[action.when]);
  const room = look.columns - HEADING_COLUMNS;
  const words = [action.text, action.caution].filter((part) => part !== null && part !== "");
  const remark = harmless(words.join(" "));
  if (action.command === null) return hanging(head, remark, look.columns, remarkLines + 1);
  const command = harmless(action.command);
  const together = `${command}   # ${remark}`;
  if (remark !== "" && widthOf(together) <= room) return [head + together];
  const lines = breakCommand(command, room, room).map((line, i) => (i === 0 ? head : heading("")) + line);
  return remark === "" || remarkLines === 0
    ? lines
    : [...lines, ...remarkLinesOf(remark, look.columns, remarkLines)];
}

/** Each line is a comment, so that pasting it along does no harm. */
function remarkLinesOf(remark: string, columns: number, most: number): string[] {
  const head = `${heading("")}# `;
  return hanging(head, remark, columns, most).map((line) => head + line.slice(head.length));
}

/** Breaks a long command at blanks outside quotes with the shell's own line continuation, so that it still pastes. */
export function breakCommand(command: string, columns: number, edge: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of shellWords(command)) {
    if (line === "") line = word;
    else if (widthOf(line) + 1 + widthOf(word) + 2 <= columns) line += ` ${word}`;
    else {
      lines.push(`${line} \\`);
      line = `  ${word}`;
    }
  }
  if (line !== "") lines.push(line);
  return lines.map((whole) => cut(whole, edge));
}

/** Splits at blanks outside single and double quotes; quotes and backslashes stay as they are. */
function shellWords(command: string): string[] {
  return command.match(/(?:\\.|'[^']*'|"(?:\\.|[^"\\])*"|[^\s])+/g) ?? [];
}
