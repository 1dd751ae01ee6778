import { sparkOf, sparkWords } from "./sparkline.ts";

const WIDTH = 100;
const HEIGHT = 24;

/** Open descriptors over the last ten minutes; a gap where nobody watched. */
export function Sparkline({ history }: { readonly history: readonly (number | null)[] }) {
  const { lines, end } = sparkOf(history, WIDTH, HEIGHT);
  return (
    <svg
      class="sparkline"
      viewBox={`-2 -2 ${WIDTH + 4} ${HEIGHT + 4}`}
      preserveAspectRatio="none"
      role="img"
      aria-label={sparkWords(history)}
    >
      {lines.map((line) => (
        <path key={line} d={line} />
      ))}
      {end !== null && <circle cx={end.x} cy={end.y} r="1.5" />}
    </svg>
  );
}
