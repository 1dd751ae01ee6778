import type { Signal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import uPlot from "uplot";
import { bucketAt, bucketsIn, bucketStart, type Span } from "./buckets.ts";
import { schemeChanges } from "./colours.ts";
import { plotOptions, type PlotShape } from "./plot-options.ts";
import { type Pointed, pointed } from "./pointed.ts";

/** What is drawn. A new one is drawn anew; while it is the same object nothing is. */
export interface Picture {
  readonly span: Span;
  /** End of the axis, Unix milliseconds. */
  readonly until: number;
  /** Time in Unix seconds, then the series of the shape. */
  readonly columns: uPlot.AlignedData;
  /** The scale of figures. */
  readonly least: number;
  readonly most: number;
  readonly lines?: number[];
  readonly words: (figure: number) => string;
  readonly beneath: (u: uPlot) => void;
  readonly above: (u: uPlot) => void;
}

export interface PlotProps {
  readonly picture: Picture;
  /** The same for as long as the chart is there. */
  readonly shape: PlotShape;
  /** CSS pixels. */
  readonly height: number;
  /** The main facts, for who does not see them. */
  readonly label: string;
  readonly role?: "img" | "application";
  readonly focused: Signal<boolean>;
  /** The newest bucket of which anything is known: where keys begin. */
  readonly newest: number | null;
  /** What was made of the plot, once. May return what is to be done at its end. */
  readonly onMade?: (u: uPlot) => () => void;
  /** A rectangle was drawn over it. */
  readonly onSelected?: (u: uPlot) => void;
  /** A key, with the bucket that is pointed at now and the one before the key; true: it was taken. */
  readonly onKey?: (event: KeyboardEvent, bucket: number, before: number) => boolean;
}

/** A canvas with axes, on the axis of time and with the crosshair that all charts of the page share. */
export function Plot(props: PlotProps) {
  const place = useRef<HTMLDivElement>(null);
  const made = useRef<uPlot | null>(null);
  const latest = useRef(props);
  latest.current = props;
  useEffect(() => {
    if (place.current === null) return;
    return makePlot(place.current, latest, made);
  }, []);
  useEffect(() => {
    if (made.current !== null) redrawn(made.current, props.picture);
  }, [props.picture]);
  return (
    <div
      class="plot"
      ref={place}
      style={{ height: `${props.height}px` }}
      role={props.role ?? "img"}
      aria-label={props.label}
      // Arrow keys move the crosshair, which is read out.
      tabIndex={0}
      onFocus={() => (props.focused.value = true)}
      onBlur={() => (props.focused.value = false)}
      onKeyDown={(event) => keyed(event, props)}
    />
  );
}

type Current<Value> = { readonly current: Value };

function makePlot(
  place: HTMLDivElement,
  latest: Current<PlotProps>,
  made: { current: uPlot | null },
): () => void {
  const picture = (): Picture => latest.current.picture;
  const options = plotOptions(latest.current.shape, {
    x: () => timeRange(picture()),
    y: () => [picture().least, picture().most],
    lines: () => picture().lines ?? null,
    words: (figure) => picture().words(figure),
    beneath: (u) => picture().beneath(u),
    above: (u) => picture().above(u),
    selected: (u) => latest.current.onSelected?.(u),
  });
  const size = (): { width: number; height: number } => ({
    width: Math.max(120, place.clientWidth),
    height: latest.current.height,
  });
  const u = new uPlot({ ...options, ...size() }, picture().columns, place);
  made.current = u;
  const resized = new ResizeObserver(() => u.setSize(size()));
  resized.observe(place);
  const ends = [
    pointing(u),
    following(u, place),
    redrawnWithScheme(u),
    latest.current.onMade?.(u) ?? ((): void => undefined),
  ];
  return () => {
    resized.disconnect();
    for (const end of ends) end();
    made.current = null;
    u.destroy();
  };
}

function timeRange({ span, until }: Picture): uPlot.Range.MinMax {
  return [bucketStart(span, 0), Math.max(until / 1000, bucketStart(span, 1))];
}

function redrawn(u: uPlot, picture: Picture): void {
  const [min, max] = timeRange(picture) as [number, number];
  u.batch(() => {
    u.setData(picture.columns, false);
    u.setScale("x", { min, max });
    u.setScale("y", { min: picture.least, max: picture.most });
  });
  const now = pointed.peek();
  if (now === null) return;
  // The pointer stands still and time has moved below it; whoever does not have it follows.
  const left = u.cursor.left ?? -1;
  if (!now.byKeys && left >= 0 && u.over.matches(":hover"))
    pointed.value = { at: u.posToVal(left, "x"), byKeys: false };
  else follow(u, now);
}

function redrawnWithScheme(u: uPlot): () => void {
  let first = true;
  return schemeChanges.subscribe(() => {
    if (first) first = false;
    else u.redraw(false);
  });
}

/** Tells the other charts what is pointed at here. */
function pointing(u: uPlot): () => void {
  const point = (event: PointerEvent): void => {
    const at = u.posToVal(event.clientX - u.over.getBoundingClientRect().left, "x");
    pointed.value = { at, byKeys: false };
  };
  const leave = (event: PointerEvent): void => {
    // A finger that is lifted has left, but the figures it pointed at are still being read.
    if (event.pointerType !== "touch") pointed.value = null;
  };
  // uplot remembers where it stands, which changes when something above it does.
  const moved = (): void => u.syncRect(true);
  u.over.addEventListener("pointerenter", moved);
  u.over.addEventListener("pointerdown", moved);
  u.over.addEventListener("pointermove", point);
  u.over.addEventListener("pointerdown", point);
  u.over.addEventListener("pointerleave", leave);
  return () => {
    // What is pointed at goes with the chart that it was pointed at in.
    if (u.over.matches(":hover")) pointed.value = null;
  };
}

/** Shows what is pointed at in another chart, or by keys. */
function following(u: uPlot, place: HTMLElement): () => void {
  return pointed.subscribe((now) => {
    if (now !== null && !now.byKeys && place.matches(":hover")) return;
    follow(u, now);
  });
}

function follow(u: uPlot, now: Pointed | null): void {
  u.setCursor({ left: now === null ? -10 : u.valToPos(now.at, "x"), top: now === null ? -10 : 0 }, false);
}

const STEPS: Readonly<Record<string, number>> = {
  ...{ ArrowLeft: -1, ArrowRight: 1, PageUp: -10, PageDown: 10, Home: -Infinity, End: Infinity },
};

function keyed(event: KeyboardEvent, { picture: { span }, newest, onKey }: PlotProps): void {
  if (newest === null || event.altKey || event.ctrlKey || event.metaKey) return;
  const now = pointed.peek();
  const before = now === null ? null : bucketAt(span, now.at);
  const step = STEPS[event.key];
  if (step !== undefined) {
    const to = Math.min(bucketsIn(span) - 1, Math.max(0, (before ?? newest) + (before === null ? 0 : step)));
    pointed.value = { at: bucketStart(span, to + 0.5), byKeys: true };
  }
  const bucket = bucketAt(span, pointed.peek()?.at ?? -Infinity) ?? newest;
  const taken = onKey?.(event, bucket, before ?? newest) ?? false;
  if (event.key === "Escape") pointed.value = null;
  if (step !== undefined || taken) event.preventDefault();
}
