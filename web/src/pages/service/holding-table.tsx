import { useState } from "preact/hooks";
import { count, rate, UNKNOWN } from "../../words/figures.ts";
import { BY_WEIGHT, type HoldingColumn, keysOf, pressed, sorted, unusedWords } from "./holdings.ts";
import { Mark } from "./mark.tsx";
import { type Holding, subjectWords } from "./subject.ts";

const COLUMNS: readonly {
  readonly column: HoldingColumn;
  readonly title: string;
  readonly figure: boolean;
}[] = [
  { column: "what", title: "What", figure: false },
  { column: "state", title: "State", figure: false },
  { column: "open", title: "Open", figure: true },
  { column: "objects", title: "Distinct", figure: true },
  { column: "born", title: "Opened/min", figure: true },
  { column: "died", title: "Closed/min", figure: true },
  { column: "net", title: "Kept/min", figure: true },
  { column: "unused", title: "Unused for", figure: false },
  { column: "otherEnd", title: "Other end", figure: false },
];

interface HoldingTableProps {
  readonly holdings: readonly Holding[];
  /** How many did not fit into the answer. */
  readonly leftOut: number;
  /** Its descriptors may be listed. */
  readonly readable: boolean;
}

export function HoldingTable({ holdings, leftOut, readable }: HoldingTableProps) {
  const [order, setOrder] = useState(BY_WEIGHT);
  const keys = keysOf(holdings);
  return (
    <section aria-labelledby="holds">
      <h2 id="holds">What it holds</h2>
      {holdings.length === 0 ? (
        <p class="aside">
          {readable
            ? "What it holds was not looked into yet."
            : "What it holds is not permitted to be read; with sudo descry agent it is."}
        </p>
      ) : (
        <div class="wide" role="region" aria-label="Table of what it holds" tabIndex={0}>
          <table>
            <thead>
              <tr>
                {COLUMNS.map(({ column, title, figure }) => (
                  <th
                    key={column}
                    scope="col"
                    class={figure ? "figures-column" : undefined}
                    aria-sort={
                      order.column === column ? (order.descending ? "descending" : "ascending") : "none"
                    }
                  >
                    <button type="button" onClick={() => setOrder(pressed(order, column))}>
                      {title}
                      <span aria-hidden="true">{arrow(order, column)}</span>
                    </button>
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {sorted(holdings, order).map((holding) => (
                <HoldingRow key={keys.get(holding)} holding={holding} />
              ))}
            </tbody>
          </table>
        </div>
      )}
      {leftOut > 0 && <p class="aside">{count(leftOut)} more holdings did not fit; they are the smallest.</p>}
    </section>
  );
}

function arrow(order: { column: HoldingColumn; descending: boolean }, column: HoldingColumn): string {
  if (order.column !== column) return "";
  return order.descending ? " ↓" : " ↑";
}

function HoldingRow({ holding }: { readonly holding: Holding }) {
  const { subject, open, objects, rates, standing, otherEnd } = holding;
  const tone = standing === null ? undefined : standing === "confirmed" ? "leak" : "suspect";
  return (
    <tr class={tone}>
      <th scope="row">
        <Mark standing={standing} />
        <span class="name">{subjectWords(subject)}</span>
      </th>
      <td>{subject.state}</td>
      <td class="figure">{count(open)}</td>
      <td class="figure">{count(objects)}</td>
      <td class="figure">{rate(rates.bornPerMinute)}</td>
      <td class="figure">{rate(rates.diedPerMinute)}</td>
      <td class="figure">{rate(rates.netPerMinute, true)}</td>
      <td>{unusedWords(holding) ?? UNKNOWN}</td>
      <td class="name">{otherEnd}</td>
    </tr>
  );
}
