import { AXIS, barOf, intervalWords, type TimeLeft, timeLeftHeard, timeLeftWords } from "./time-left.ts";
import type { Tone } from "./standing.ts";

interface TimeLeftProps {
  readonly left: TimeLeft;
  readonly tone: Tone;
}

/** Time left in words over a bar on the axis that all bars share, with its interval as a whisker. */
export function TimeLeftBar({ left, tone }: TimeLeftProps) {
  const interval = intervalWords(left);
  return (
    <div class={`time-left ${tone}`}>
      <span class="heard">{timeLeftHeard(left)}</span>
      <span class="time-left-words figure" aria-hidden="true">
        {timeLeftWords(left)}
        {interval !== null && <small> {interval}</small>}
      </span>
      <Drawing left={left} />
    </div>
  );
}

function Drawing({ left }: { readonly left: TimeLeft }) {
  const bar = barOf(left);
  if (bar === null)
    return <span class={left.kind === "unknown" ? "time-left-bar unknown" : "time-left-bar"} />;
  const across = (share: number): string => `${(share * 100).toFixed(2)}%`;
  return (
    <span class="time-left-bar">
      <span class="time-left-filled" style={{ width: `max(3px, ${across(bar.end)})` }} />
      {bar.whisker !== null && (
        <span
          class={bar.whisker.open ? "time-left-whisker open" : "time-left-whisker"}
          style={{ left: across(bar.whisker.low), width: across(bar.whisker.high - bar.whisker.low) }}
        />
      )}
    </span>
  );
}

/** The ticks over a column of bars. */
export function TimeLeftAxis() {
  return (
    <span class="time-left-axis" aria-hidden="true">
      {AXIS.map(({ words, share }) => (
        <span key={words} style={{ left: `${(share * 100).toFixed(2)}%` }}>
          {words}
        </span>
      ))}
    </span>
  );
}
