import type { ComponentChildren } from "preact";
import type { Reading } from "../reading/polled.ts";

interface ReadingProps<Answer> {
  readonly reading: Reading<Answer>;
  /** What is being read, for people: "the services". */
  readonly what: string;
  readonly children: (answer: Answer) => ComponentChildren;
}

/** Shows an answer, or why there is none. One that is no longer fresh stays on the page and is said to be old. */
export function Shown<Answer>({ reading: { answer, failure }, what, children }: ReadingProps<Answer>) {
  if (answer !== null) {
    return (
      <>
        {failure !== null && (
          <p class="stale" role="status">
            Not fresh: {failure.message} {failure.mend}
          </p>
        )}
        {children(answer)}
      </>
    );
  }
  if (failure === null) {
    return (
      <p class="state loading" role="status">
        Reading {what} ...
      </p>
    );
  }
  return (
    <section class="state" role="alert">
      <h2>{failure.message}</h2>
      <p>{failure.mend}</p>
    </section>
  );
}
