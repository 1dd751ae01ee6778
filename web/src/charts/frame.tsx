import { useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { count } from "../words/figures.ts";
import { bucketAt, bucketWords, type Span } from "./buckets.ts";
import { Plot, type PlotProps } from "./plot.tsx";
import { pointed } from "./pointed.ts";

/** A figure of the bucket that is pointed at, which is also the legend of its colour. */
export interface Entry {
  /** A class of charts.css: what is drawn so; null: it is not drawn. */
  readonly swatch: string | null;
  readonly words: string;
  /** The host's text: shown as such. */
  readonly foreign?: boolean;
  readonly figure: string;
}

interface FrameProps extends Omit<PlotProps, "focused"> {
  readonly title: string;
  /** Unix milliseconds. */
  readonly now: number;
  /** Of a bucket; null: nothing is known at all. */
  readonly entries: (bucket: number | null) => readonly Entry[];
  /** Read out instead of the entries. */
  readonly spoken?: (bucket: number) => string;
  /** Beside the title. */
  readonly children?: ComponentChildren;
}

/** A chart with its title and the figures of what is pointed at; of the newest where nothing is. */
export function Frame({ title, now, entries, spoken, children, ...plot }: FrameProps) {
  const focused = useSignal(false);
  const { span } = plot.picture;
  return (
    <figure class="chart">
      <figcaption>
        <h3>{title}</h3>
        {children}
        <Readout span={span} newest={plot.newest} now={now} entries={entries} />
      </figcaption>
      <Plot {...plot} focused={focused} />
      <Spoken
        span={span}
        words={spoken ?? ((bucket) => `${bucketWords(span, bucket, now)}: ${spokenEntries(entries(bucket))}`)}
        on={focused}
      />
    </figure>
  );
}

interface ReadoutProps {
  readonly span: Span;
  readonly newest: number | null;
  readonly now: number;
  readonly entries: FrameProps["entries"];
}

function Readout({ span, newest, now, entries }: ReadoutProps) {
  const at = pointed.value;
  const bucket = (at === null ? null : bucketAt(span, at.at)) ?? newest;
  return (
    <p class="readout">
      {bucket !== null && <span class="figure">{bucketWords(span, bucket, now)}</span>}
      {entries(bucket).map(({ swatch, words, foreign, figure }) => (
        <span class="entry" key={words}>
          {swatch !== null && <i class={`swatch ${swatch}`} aria-hidden="true" />}
          <span class={foreign === true ? "name" : undefined}>{words}</span> <b class="figure">{figure}</b>
        </span>
      ))}
    </p>
  );
}

interface SpokenProps {
  readonly span: Span;
  readonly words: (bucket: number) => string;
  /** Only the chart that has the keys speaks. */
  readonly on: { readonly value: boolean };
}

function Spoken({ span, words, on }: SpokenProps) {
  const at = on.value ? pointed.value : null;
  const bucket = at === null || !at.byKeys ? null : bucketAt(span, at.at);
  return (
    <p class="spoken" aria-live="polite">
      {bucket !== null && words(bucket)}
    </p>
  );
}

function spokenEntries(entries: readonly Entry[]): string {
  return entries.map(({ words, figure }) => `${words} ${figure}`).join(", ");
}

const COMPACT = new Intl.NumberFormat("en", { notation: "compact", maximumFractionDigits: 1 });

/** Stands at a line of the grid, where there is little room. */
export function gridWords(figure: number): string {
  const size = Math.abs(figure);
  if (size >= 100_000) return COMPACT.format(size);
  return Number.isInteger(size) ? count(size) : size.toLocaleString("en", { maximumFractionDigits: 2 });
}
