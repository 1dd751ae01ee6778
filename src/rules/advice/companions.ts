import type { Action } from "../../model/events.ts";
import type { Case, Companion } from "../case.ts";
import { count, listed, nounFor, someOf } from "../words.ts";

/** "With each, an eventfd and an eventpoll." of what leads a bundle; "" where nothing rises with it. */
export function companySentence({ companions, leader }: Case): string {
  if (leader !== null || companions.length === 0) return "";
  const whole = companions.filter(({ each }) => each >= 1);
  const parts = [
    ...(whole.length === 0
      ? []
      : [`with each, ${listed(whole.map(({ subject, each }) => someOf(subject.kind, Math.round(each))))}`]),
    ...companions
      .filter(({ each }) => each < 1)
      .map(({ subject, each }) => `with every ${count(1 / each)}, ${someOf(subject.kind, 1)}`),
  ];
  const words = parts.join("; ");
  return `${words[0]?.toUpperCase()}${words.slice(1)}: one cause.`;
}

/** "They rise one for one with its connections to ..." of what follows. */
export function followingSentence({ leader }: Case): string {
  if (leader === null) return "";
  return `They rise ${pace(leader)} with its ${nounFor(leader.subject)}: one cause, told there.`;
}

/** All that there is to do about what follows: to mend what it follows. */
export function followingAction(leader: Companion): Action {
  return {
    when: "fix",
    text: `Mend the leak of its ${nounFor(leader.subject)}: these rise ${pace(leader)} with them, and end with them.`,
    command: null,
    caution: null,
  };
}

/** `each` is how many of the leader come with one of what follows. */
function pace({ each }: Companion): string {
  if (Math.round(each) === 1) return "one for one";
  return each > 1 ? `one for every ${count(each)}` : `${count(1 / each)} for each,`;
}
