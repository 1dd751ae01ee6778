import type { Mark } from "./standing.ts";

/** The mark, with its word for those who do not see it. */
export function StandingMark({ mark: { sign, word, tone } }: { readonly mark: Mark }) {
  return (
    <span class={`mark ${tone}`}>
      <span aria-hidden="true">{sign}</span>
      <span class="heard">{word}</span>
    </span>
  );
}
