import type { SeriesAnswer, SnapshotAnswer } from "../../../../src/server/api.ts";
import type { Reading } from "../../reading/polled.ts";
import { costOf, tilesOf } from "./tiles.ts";

interface TilesProps {
  readonly host: Reading<SnapshotAnswer>;
  readonly cost: Reading<SeriesAnswer>;
}

/** The host in a thin strip. Where it was not read yet its room is kept, so that nothing jumps. */
export function HostTiles({ host: { answer }, cost }: TilesProps) {
  if (answer === null) return <div class="host-tiles" aria-hidden="true" />;
  const tiles = tilesOf(answer, cost.answer === null ? null : costOf(cost.answer), Date.parse(answer.at));
  return (
    <dl class="host-tiles" aria-label={`Host ${answer.host}`}>
      {tiles.map(({ label, figure, more, tone }) => (
        <div key={label} class={`host-tile ${tone}`}>
          <dt>{label}</dt>
          <dd>
            <span class="figure">{figure}</span> <span class="name quiet">{more}</span>
          </dd>
        </div>
      ))}
    </dl>
  );
}
