import type { Look } from "../screen/look.ts";
import { hanging } from "../screen/text.ts";

const WORDS: readonly (readonly [word: string, meaning: string])[] = [
  [
    "OPEN",
    "how many files, connections and other things the fullest process of the service has open now. Each takes one number (a file descriptor) out of those that LIMIT allows.",
  ],
  [
    "LIMIT",
    "how many that process may have open. At the limit every open, accept and connect fails with EMFILE: too many open files.",
  ],
  [
    "OPENED, CLOSED",
    "how many the service opened and closed a minute, over the last minute. ? means not known yet. A file that is opened and closed between two looks counts as neither; a connection counts as both where the kernel tells of closings (see descry doctor) and one service alone can have held it.",
  ],
  [
    "KEPT/MIN",
    "opened less closed: what stays open, a minute. A busy service opens much and keeps nothing; a leak keeps some of it all the time, however quiet the service is.",
  ],
  [
    "TIME LEFT",
    "until the limit is reached at this pace, with the likely range in brackets. - means that nothing runs out; now means that opens are failing.",
  ],
  [
    "UNUSED FOR",
    "for how long nothing has gone over a connection, from the least to the most idle. A pool's connections are used again; leaked ones never are.",
  ],
  [
    "TIME_WAIT",
    "connections that were closed properly and whose port is kept back for a minute. They hold no open files and are no leak. They only use up ports, when there are tens of thousands towards one address.",
  ],
  [
    "CLOSE_WAIT",
    "the other side has closed, and this program has not. It does hold an open file, until the program closes its end.",
  ],
  [
    "x  ?  -",
    "x: a leak, by what was watched, or ports that run out. ?: suspected; watching goes on. -: may not be read. Blank: nothing is said against it.",
  ],
  [
    "first look",
    "read from one look at the kernel's idle times, before anything was watched: suspected at most, until watching confirms it.",
  ],
  ["partial", "judged without the right to list what is open, from counts and socket tables alone."],
];

const WORD_COLUMNS = 16;

/** What the words of the screens mean. */
export function wordsPage(look: Look): string[] {
  return WORDS.flatMap(([word, meaning], at) => {
    const lines = hanging(word.padEnd(WORD_COLUMNS), meaning, look.columns, 20);
    const painted = lines.map((line, i) =>
      i === 0 ? look.paint("heading", line.slice(0, word.length)) + line.slice(word.length) : line,
    );
    return at === 0 ? painted : ["", ...painted];
  });
}
