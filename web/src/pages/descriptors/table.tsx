import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import type { DescriptorsAnswer, OpenDescriptor } from "../../../../src/server/api.ts";
import { goTo, parameter, withParameters } from "../../routing.ts";
import { ariaSort, COLUMNS, nextSort, USUAL_SORT } from "./asked.ts";
import type { Reader, Rows } from "./rows.ts";
import { type Visible, visibleRows } from "./visible.ts";
import { kindWord, openFor, unusedFor, whereOf } from "./words.ts";

/** As styles/descriptors.css has them: rows of one height, so that very many need not be drawn. Pixels. */
const ROW = 34;
const CARD = 92;
const NARROW = matchMedia("(max-width: 40rem)");

/** The open files of a process. Only rows that can be seen are drawn; the others are asked for when they come. */
export function DescriptorTable({ reader, rows }: { readonly reader: Reader; readonly rows: Rows }) {
  const box = useRef<HTMLDivElement>(null);
  const rowHeight = useRowHeight();
  const total = rows.head?.page.total ?? 0;
  const [visible, setVisible] = useState<Visible>({ from: 0, to: 0 });
  const look = (): void => {
    const { scrollTop = 0, clientHeight = 0 } = box.current ?? {};
    const next = visibleRows(scrollTop, clientHeight, rowHeight, total);
    setVisible((now) => (now.from === next.from && now.to === next.to ? now : next));
  };
  useLayoutEffect(look, [total, rowHeight]);
  useEffect(() => {
    addEventListener("resize", look);
    return () => removeEventListener("resize", look);
  });
  useEffect(() => {
    if (visible.to > 0) reader.want(visible);
  }, [reader, visible]);
  const sort = parameter("sort") ?? USUAL_SORT;
  useEffect(() => box.current?.scrollTo(0, 0), [sort]);
  if (rows.head === null) return null;
  const drawn = Array.from({ length: visible.to - visible.from }, (_, at) => visible.from + at);
  return (
    <div class="descriptors" ref={box} onScroll={look} tabIndex={0} role="region" aria-label="Open files">
      <table aria-rowcount={total + 1} aria-busy={rows.isStale} role="table">
        <thead role="rowgroup">
          <tr role="row" aria-rowindex={1}>
            {COLUMNS.map((column) => (
              <th key={column.sort} role="columnheader" scope="col" aria-sort={ariaSort(sort, column)}>
                <button
                  type="button"
                  onClick={() => goTo(withParameters({ sort: nextSort(sort, column) }), { replace: true })}
                >
                  {column.label}
                </button>
              </th>
            ))}
          </tr>
        </thead>
        <tbody role="rowgroup">
          <Space height={visible.from * rowHeight} />
          {drawn.map((place) => (
            <Row key={place} place={place} one={rows.row(place)} head={rows.head} />
          ))}
          <Space height={(total - visible.to) * rowHeight} />
        </tbody>
      </table>
    </div>
  );
}

function useRowHeight(): number {
  const [isNarrow, setNarrow] = useState(NARROW.matches);
  useEffect(() => {
    const changed = (): void => setNarrow(NARROW.matches);
    NARROW.addEventListener("change", changed);
    return () => NARROW.removeEventListener("change", changed);
  }, []);
  return isNarrow ? CARD : ROW;
}

/** Stands for rows that are not drawn. */
function Space({ height }: { readonly height: number }) {
  return height <= 0 ? null : <tr class="space" aria-hidden="true" style={{ height: `${height}px` }} />;
}

interface RowProps {
  readonly place: number;
  readonly one: OpenDescriptor | null;
  readonly head: DescriptorsAnswer | null;
}

function Row({ place, one, head }: RowProps) {
  if (one === null || head === null)
    return (
      <tr role="row" class="row" aria-rowindex={place + 2}>
        <td role="cell" class="reading">
          ...
        </td>
      </tr>
    );
  const { word, text, near } = whereOf(one);
  return (
    <tr role="row" class="row" aria-rowindex={place + 2}>
      <td role="cell" class="figure number">
        {one.number}
      </td>
      <td role="cell" class="kind">
        {kindWord(one.kind)}
      </td>
      <td role="cell" class="where" title={near === "" ? text : `${text}, local ${near}`}>
        {word !== "" && <span class="quiet">{word} </span>}
        <bdi class="name">{text}</bdi>
        {near !== "" && <span class="quiet near"> local {near}</span>}
      </td>
      <td role="cell" class="socket-state">
        {one.state ?? ""}
        {one.unread === true && <span class="quiet"> unread bytes</span>}
      </td>
      <td role="cell" class="figure open-for">
        {openFor(one.openedAt, head.watchedFrom, head.at)}
      </td>
      <td role="cell" class="figure unused-for">
        {unusedFor(one)}
      </td>
    </tr>
  );
}
