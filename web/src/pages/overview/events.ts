import type { ListedForecast, ListedVerdict } from "../../../../src/server/api.ts";
import { type Mark, markOf } from "../../parts/standing.ts";
import { shortService, subjectPhrase } from "../../words/subject.ts";

export type Told = ListedVerdict | ListedForecast;

const MOST = 10;

/** The last ten that were told, newest first: of the history, and what came since. Each is there once. */
export function lastTold(kept: readonly Told[], live: readonly Told[]): readonly Told[] {
  const all = new Map([...live, ...kept].map((one) => [keyOf(one), one]));
  return [...all.values()].toSorted((a, b) => Date.parse(b.at) - Date.parse(a.at)).slice(0, MOST);
}

/** A verdict is told again under its id when its standing changes: its time belongs to it. */
export function keyOf({ type, id, at, standing }: Told): string {
  return `${type} ${id} ${at} ${standing}`;
}

export interface Line {
  readonly mark: Mark;
  /** A name that the host chose. */
  readonly name: string;
  /** After the name: "leaks connections to MySQL 127.0.0.1:3306". */
  readonly says: string;
}

export function lineOf(event: Told): Line {
  const name = event.service === null ? "An unknown service" : shortService(event.service);
  return {
    mark: markOf(event.standing),
    name,
    says: event.type === "forecast" ? forecastWords(event) : verdictWords(event),
  };
}

function forecastWords({ standing }: ListedForecast): string {
  return standing === "cleared" ? "will not run out of open files" : "will run out of open files";
}

function verdictWords({ rule, standing, subject }: ListedVerdict): string {
  const phrase = subjectPhrase(subject);
  const say = (sure: string, maybe: string, withdrawn: string): string =>
    standing === "confirmed" ? sure : standing === "suspect" ? maybe : withdrawn;
  switch (rule) {
    case "at-limit":
      return say("cannot open more files", "may be unable to open more files", "can open files again");
    case "port-exhaustion": {
      const ports = `the local ports to ${subject.peer ?? "?"}`;
      return say(`uses up ${ports}`, `may use up ${ports}`, `no longer uses up ${ports}`);
    }
    case "host-file-limit":
      return say(
        "uses up the host's open files",
        "may use up the host's open files",
        "no longer uses up the host's open files",
      );
    case "inotify-exhaustion":
      return say("uses up inotify", "may use up inotify", "no longer uses up inotify");
    case "pool-bypass":
      return say(
        `opens ${phrase} past its pool`,
        `may open ${phrase} past its pool`,
        `no longer opens ${phrase} past its pool`,
      );
    default:
      return say(`leaks ${phrase}`, `may leak ${phrase}`, `is no longer said to leak ${phrase}`);
  }
}
