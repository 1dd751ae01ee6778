import { useMemo, useRef } from "preact/hooks";
import { count } from "../words/figures.ts";
import {
  bucketWords,
  type ChartProps,
  type Figures,
  known,
  middles,
  newestKnown,
  unknownRuns,
} from "./buckets.ts";
import { colourOf } from "./colours.ts";
import { composition, type Composition, type PartsBy, tallest } from "./composition.ts";
import { drawColumns, drawUnknown } from "./draw.ts";
import { type Entry, Frame, gridWords } from "./frame.tsx";
import type { Picture } from "./plot.tsx";
import type { PlotShape } from "./plot-options.ts";

const SHAPE: PlotShape = { series: [{ paths: () => null, points: { show: false } }] };
const TITLES = { kind: "What they are", peer: "Connections by peer" } as const;
const OTHERS = { kind: "other kinds", peer: "other peers" } as const;

export interface CompositionChartProps extends ChartProps {
  readonly by: PartsBy;
}

/** What the service holds, stacked by kind or by peer. */
export function CompositionChart({ from, to, stepSeconds, series, now, until, by }: CompositionChartProps) {
  const order = useRef<readonly string[]>([]);
  const { whole, newest, picture, label } = useMemo(() => {
    const span = { from, to, stepSeconds };
    const made = composition(span, series, by, order.current);
    order.current = made.parts.flatMap((part) => part.label ?? []);
    const last = newestKnown([...made.parts.map(({ values }) => values), made.rest]);
    return {
      whole: made,
      newest: last,
      picture: pictureOf({ from, to, stepSeconds, series, now, until }, made),
      label:
        last === null
          ? `${TITLES[by]}: not known in this time.`
          : `${TITLES[by]} at ${bucketWords(span, last, now)}: ${spoken(entriesOf(made, by, last))}.`,
    };
  }, [from, to, stepSeconds, series, now, until, by]);
  return (
    <Frame
      title={TITLES[by]}
      now={now}
      picture={picture}
      shape={SHAPE}
      height={200}
      label={label}
      newest={newest}
      entries={(bucket) => entriesOf(whole, by, bucket)}
    />
  );
}

interface Layer {
  readonly floor: Figures;
  readonly top: Figures;
  /** null: hatched, it is not known what it is. */
  readonly token: string | null;
}

function pictureOf({ now, until, ...span }: ChartProps, whole: Composition): Picture {
  const { parts, rest } = whole;
  const layers: Layer[] = [];
  let floor: number[] = middles(span).map(() => 0);
  for (const [at, values] of [...parts.map((part) => part.values), rest].entries()) {
    const below = floor;
    const top = values.map((figure, bucket) => (figure === null ? null : (below[bucket] as number) + figure));
    layers.push({ floor: below, top, token: at < parts.length ? `--kind-${at + 1}` : null });
    floor = below.map((height, bucket) => top[bucket] ?? height);
  }
  const unknown = unknownRuns(span, [...parts.map(({ values }) => values), rest], now);
  return {
    ...{ span, until, least: 0, most: Math.max(4, tallest(span, whole)) * 1.08, words: gridWords },
    columns: [middles(span), floor],
    beneath: (u) => drawUnknown(u, span, unknown),
    above: (u) => {
      for (const layer of layers)
        drawColumns(u, span, layer.floor, layer.top, layer.token === null ? null : colourOf(layer.token));
    },
  };
}

function entriesOf({ parts, rest }: Composition, by: PartsBy, bucket: number | null): Entry[] {
  const at = (figures: Figures): number | null => (bucket === null ? null : known(figures, bucket));
  const entries: Entry[] = parts.map(({ label, values }, index) => ({
    swatch: `kind-${index + 1}`,
    words: label === null || (by === "peer" && label === "other") ? OTHERS[by] : label,
    foreign: true,
    figure: count(at(values)),
  }));
  const unnamed = at(rest);
  if (unnamed !== null && unnamed > 0)
    entries.push({ swatch: "unknown", words: "not known what", figure: count(unnamed) });
  return entries;
}

function spoken(entries: readonly Entry[]): string {
  return entries.map(({ words, figure }) => `${words} ${figure}`).join(", ");
}
