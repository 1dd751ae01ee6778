import { useLayoutEffect, useRef } from "preact/hooks";
import { count } from "../../words/figures.ts";
import { keysOf } from "./holdings.ts";
import { isByUse, laddersOf, type Rung, rungsOf } from "./ladder.ts";
import { Mark } from "./mark.tsx";
import { type Holding, subjectWords } from "./subject.ts";

/** How old what it holds is now: a leak fills every rung. */
export function AgeRungs({ holdings }: { readonly holdings: readonly Holding[] }) {
  const shown = laddersOf(holdings);
  const keys = keysOf(holdings);
  if (shown.length === 0) return null;
  return (
    <section aria-labelledby="ages">
      <h2 id="ages">How old they are now</h2>
      <p class="aside">
        A leak fills every rung and keeps climbing; a pool stops, and churn stays on the first.
      </p>
      <div class="ladders">
        {shown.map((holding) => (
          <figure key={keys.get(holding)}>
            <figcaption>
              <Mark standing={holding.standing} />
              <span class="name">{subjectWords(holding.subject)}</span>
              <span class="aside">{isByUse(holding) ? ", by how long unused" : ", by age"}</span>
            </figcaption>
            <ol>
              {rungsOf(holding).map((rung) => (
                <RungBar key={rung.label} rung={rung} />
              ))}
            </ol>
          </figure>
        ))}
      </div>
    </section>
  );
}

function RungBar({ rung }: { readonly rung: Rung }) {
  const bar = useRef<HTMLSpanElement>(null);
  // Set from script: the page's Content-Security-Policy lets no style attribute pass.
  useLayoutEffect(() => bar.current?.style.setProperty("inline-size", `${rung.share * 100}%`), [rung.share]);
  return (
    <li>
      <span class="rung-label">{rung.label}</span>
      <span class="figure">{count(rung.open)}</span>
      <span class="rung-room" aria-hidden="true">
        <span class="rung-bar" ref={bar} />
      </span>
    </li>
  );
}
