import type { ServiceAnswer } from "../../../../src/server/api.ts";
import { Link } from "../../parts/link.tsx";
import { count, UNKNOWN } from "../../words/figures.ts";
import { moment } from "../../words/times.ts";

/** The processes of a service, most at risk first. */
export function ProcessTable({ service: { processes, leftOut, at } }: { readonly service: ServiceAnswer }) {
  const now = Date.parse(at);
  return (
    <section aria-labelledby="processes">
      <h2 id="processes">Processes</h2>
      <div class="wide" role="region" aria-label="Table of processes" tabIndex={0}>
        <table class="processes">
          <thead>
            <tr>
              <th scope="col">Process</th>
              <th scope="col">Command</th>
              <th scope="col">Started</th>
              <th scope="col" class="figures-column">
                Open
              </th>
              <th scope="col" class="figures-column">
                Limit
              </th>
              <th scope="col">Where the limit comes from</th>
              <th scope="col">Readable</th>
            </tr>
          </thead>
          <tbody>
            {processes.map((process) => (
              <tr key={`${process.pid} ${process.startTicks}`}>
                <th scope="row">
                  <Link
                    to={`/descriptors?pid=${process.pid}`}
                    label={`Descriptors of process ${process.pid}`}
                  >
                    <span class="figure">{process.pid}</span>
                  </Link>
                </th>
                <td>
                  <span class="name command-line" title={process.command}>
                    {process.command}
                  </span>
                </td>
                <td>{process.startedAt === null ? UNKNOWN : moment(process.startedAt, now)}</td>
                <td class="figure">{count(process.open)}</td>
                <td class="figure">{count(process.softLimit)}</td>
                <td class="name">{process.limitFrom ?? UNKNOWN}</td>
                <td>{process.readable ? "yes" : "not permitted"}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {leftOut.processes > 0 && (
        <p class="aside">
          {count(leftOut.processes)} more processes did not fit; they are the least at risk.
        </p>
      )}
    </section>
  );
}
