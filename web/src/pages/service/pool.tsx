import type { ServiceAnswer } from "../../../../src/server/api.ts";
import { count, percent, rate, UNKNOWN } from "../../words/figures.ts";
import { duration } from "../../words/times.ts";
import type { Verdict } from "./findings.ts";
import { subjectWords } from "./subject.ts";

/** What a pool should need, against what there is; only where a verdict looked into one. */
export function Pools({ service }: { readonly service: ServiceAnswer }) {
  const verdicts = service.verdicts.filter(({ pool }) => pool !== null);
  if (verdicts.length === 0) return null;
  return (
    <section aria-labelledby="pools">
      <h2 id="pools">Pool: expected and actual</h2>
      {verdicts.map((verdict) => (
        <Pool key={verdict.id} verdict={verdict} />
      ))}
    </section>
  );
}

function Pool({ verdict: { pool, subject } }: { readonly verdict: Verdict }) {
  if (pool === null) return null;
  const { expected, expectedBy, open, reused, bornPerMinute, exchangesPerConnection, bornWhileIdleShare } =
    pool;
  const rows: readonly (readonly [name: string, figure: string])[] = [
    [`Expected${expectedBy === null ? "" : ` (${expectedBy})`}`, count(expected)],
    ["Open now", count(open)],
    ["Used again and again", count(reused)],
    ["Opened a minute", rate(bornPerMinute)],
    ["Opened while 3 or more stood idle", percent(bornWhileIdleShare)],
    ["Exchanges over each that was closed soon", rate(exchangesPerConnection)],
    ["Half of those lived under", pool.lifetimeSeconds === null ? UNKNOWN : duration(pool.lifetimeSeconds)],
  ];
  return (
    <>
      <p class="name">{subjectWords(subject)}</p>
      <dl class="pool">
        {rows.map(([name, figure]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd class="figure">{figure}</dd>
          </div>
        ))}
      </dl>
    </>
  );
}
