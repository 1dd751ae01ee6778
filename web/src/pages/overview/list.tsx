import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import type { ServiceSummary } from "../../../../src/server/api.ts";
import { TimeLeftAxis } from "../../parts/time-left.tsx";
import { stepOf } from "./keys.ts";
import { ServiceRow } from "./row.tsx";
import { windowOf } from "./window.ts";

interface ListProps {
  readonly rows: readonly ServiceSummary[];
  /** How many there are, also those that fold. */
  readonly total: number;
  readonly now: number;
}

/** The rows that are seen, with room above and below for those that are not; arrows, j and k go from one to the next. */
export function ServiceList({ rows, total, now }: ListProps) {
  const body = useRef<HTMLDivElement>(null);
  const { from, to, heightOf } = useWindow(body, rows.length);
  useKeys(body);
  return (
    <div role="table" class="overview-rows" aria-label="Services" aria-rowcount={total + 1}>
      <div role="rowgroup" class="overview-titles">
        <div role="row" class="overview-row head" aria-rowindex={1}>
          <span role="columnheader" class="cell-mark">
            <span class="heard">Standing</span>
          </span>
          <span role="columnheader" class="cell-name">
            Service, and what is not closed
          </span>
          <span role="columnheader" class="cell-spark">
            Last 10 min
          </span>
          <span role="columnheader" class="cell-open">
            Open files
          </span>
          <span role="columnheader" class="cell-rate">
            Opened<small> /min</small>
          </span>
          <span role="columnheader" class="cell-rate">
            Closed<small> /min</small>
          </span>
          <span role="columnheader" class="cell-rate">
            Kept<small> /min</small>
          </span>
          <span role="columnheader" class="cell-left">
            Time left
            <TimeLeftAxis />
          </span>
        </div>
      </div>
      <div role="rowgroup" ref={body}>
        {from > 0 && <div role="presentation" style={{ height: heightOf(from) }} />}
        {rows.slice(from, to).map((row, place) => (
          <ServiceRow key={row.id} row={row} place={from + place} now={now} />
        ))}
        {to < rows.length && <div role="presentation" style={{ height: heightOf(rows.length - to) }} />}
      </div>
    </div>
  );
}

/** Scrolled by less, the same rows are enough: those beyond the edges are more than that. */
const LOOK_PIXELS = 200;

type Body = { readonly current: HTMLDivElement | null };

function useWindow(body: Body, count: number) {
  const [rowHeight, setRowHeight] = useState(0);
  const [seen, setSeen] = useState({ top: 0, height: window.innerHeight });
  useLayoutEffect(() => {
    setRowHeight(body.current?.querySelector<HTMLElement>(".overview-row")?.offsetHeight ?? 0);
  }, [count, seen.height]);
  useEffect(() => {
    let frame = 0;
    const look = (): void => {
      frame = 0;
      const { top } = body.current?.getBoundingClientRect() ?? { top: 0 };
      const next = { top: Math.round(top / LOOK_PIXELS) * LOOK_PIXELS, height: window.innerHeight };
      setSeen((last) => (last.top === next.top && last.height === next.height ? last : next));
    };
    // One look a frame at most, however often the browser tells that it scrolled.
    const soon = (): void => {
      frame ||= requestAnimationFrame(look);
    };
    look();
    addEventListener("scroll", soon, { passive: true });
    addEventListener("resize", soon);
    return () => {
      cancelAnimationFrame(frame);
      removeEventListener("scroll", soon);
      removeEventListener("resize", soon);
    };
  }, []);
  const heightOf = (rows: number): string => `${rows * rowHeight}px`;
  return { ...windowOf(count, rowHeight, seen.top, seen.height), heightOf };
}

/** Moves the focus from link to link, so that Enter opens what is marked without more being said about it. */
function useKeys(body: Body): void {
  useEffect(() => {
    // A row that moves to another place may lose the focus: it is found again by where it leads.
    let last: string | null = null;
    const press = (event: KeyboardEvent): void => {
      const step = stepOf(event);
      const list = body.current;
      if (step === null || list === null) return;
      event.preventDefault();
      const rows = [...list.querySelectorAll<HTMLElement>(".overview-row")];
      const focused = rows.findIndex((row) => row.contains(document.activeElement));
      const held = focused === -1 ? rows.findIndex((row) => addressOf(row) === last) : focused;
      // Out of the filter it begins at the first row.
      const place = held === -1 || event.target instanceof HTMLInputElement ? 0 : held + step;
      const row = rows[Math.max(0, Math.min(rows.length - 1, place))];
      const link = row?.querySelector("a");
      last = row === undefined ? null : addressOf(row);
      link?.focus({ preventScroll: true });
      link?.scrollIntoView({ block: "nearest" });
    };
    document.addEventListener("keydown", press);
    return () => document.removeEventListener("keydown", press);
  }, []);
}

function addressOf(row: HTMLElement): string | null {
  return row.querySelector("a")?.getAttribute("href") ?? null;
}
