import type { Action, ActionMoment } from "../../model/events.ts";
import type { Look } from "./look.ts";
import { cut, hanging, harmless, widthOf } from "./text.ts";

const HEADINGS: Readonly<Record<ActionMoment, string>> = {
  now: "NOW",
  "before-restart": "KEEP",
  fix: "FIX",
  confirm: "CONFIRM",
};

/** Columns of the headings of all sections that explain: WHY, NOT THIS, NOW, KEEP, FIX, CONFIRM. */
export const HEADING_COLUMNS = 10;

/** A screen of so many rows has room for one more line of each explanation. */
const ROOMY_ROWS = 32;

export function heading(text: string): string {
  return text.padEnd(HEADING_COLUMNS);
}

/**
 * What a person can do, one action after the other; commands are never broken where a paste would break. Without
 * `remarks` a command says what it is for only where that fits behind it.
 */
export function actionLines(actions: readonly Action[], look: Look, remarks: boolean): string[] {
  return actions.flatMap((action) => oneAction(action, look, remarks));
}

function oneAction(action: Action, look: Look, remarks: boolean): string[] {
  const head = heading(HEADINGS[action.when]);
  const room = look.columns - HEADING_COLUMNS;
  const words = [action.text, action.caution].filter((part) => part !== null && part !== "");
  const remark = harmless(words.join("; "));
  // Without a screen to fit, nothing is cut.
  const most = look.rows === null ? Number.POSITIVE_INFINITY : look.rows >= ROOMY_ROWS ? 3 : 2;
  if (action.command === null) return hanging(head, remark, look.columns, most);
  const command = harmless(action.command);
  const together = `${command}   # ${remark}`;
  if (remark !== "" && widthOf(together) <= room) return [head + together];
  const lines = breakCommand(command, room).map((line, i) => (i === 0 ? head : heading("")) + line);
  return remark === "" || !remarks
    ? lines
    : [...lines, ...hanging(heading("") + "# ", remark, look.columns, most - 1)];
}

/** Breaks a long command at blanks outside quotes with the shell's own line continuation, so that it still pastes. */
export function breakCommand(command: string, columns: number): string[] {
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
  return lines.map((whole) => cut(whole, columns));
}

/** Splits at blanks outside single and double quotes; quotes and backslashes stay as they are. */
function shellWords(command: string): string[] {
  return command.match(/(?:\\.|'[^']*'|"(?:\\.|[^"\\])*"|[^\s])+/g) ?? [];
}
