import type { ServiceAnswer, SnapshotAnswer } from "../../../../src/server/api.ts";
import { count, rate, UNKNOWN } from "../../words/figures.ts";
import { duration } from "../../words/times.ts";
import { type PeerRow, peersOf, portsOf } from "./peers.ts";

/** Connections by peer: in which states, for how long unused, and how each is used where that is known. */
export function Connections({ service }: { readonly service: ServiceAnswer }) {
  const rows = peersOf(service);
  if (rows.length === 0) return null;
  const hasUnread = rows.some(({ unread }) => unread !== null);
  const hasUse = rows.some(
    ({ exchanges, lifetimeSeconds }) => exchanges !== null || lifetimeSeconds !== null,
  );
  return (
    <section aria-labelledby="connections">
      <h2 id="connections">Connections by peer</h2>
      <div class="wide" role="region" aria-label="Table of connections" tabIndex={0}>
        <table>
          <thead>
            <tr>
              <th scope="col">Peer</th>
              <th scope="col" class="figures-column">
                Open
              </th>
              <th scope="col">States</th>
              <th scope="col">Unused for</th>
              {hasUnread && (
                <th scope="col" class="figures-column">
                  Response unread
                </th>
              )}
              {hasUse && (
                <th scope="col" class="figures-column">
                  Exchanges each
                </th>
              )}
              {hasUse && <th scope="col">Short ones live</th>}
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr key={row.key}>
                <th scope="row">
                  {row.direction === "inbound" ? "accepted on " : "to "}
                  <span class="name">{row.name}</span>
                </th>
                <td class="figure">{count(row.open)}</td>
                <td>{row.states.map(({ state, open }) => `${state} ${count(open)}`).join(", ")}</td>
                <td>{unusedCell(row)}</td>
                {hasUnread && <td class="figure">{row.unread === null ? "" : count(row.unread)}</td>}
                {hasUse && <td class="figure">{rate(row.exchanges)}</td>}
                {hasUse && (
                  <td>
                    {row.lifetimeSeconds === null ? UNKNOWN : `half under ${duration(row.lifetimeSeconds)}`}
                  </td>
                )}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

function unusedCell({ unused }: PeerRow): string {
  if (unused === null) return UNKNOWN;
  const [least, most] = [duration(unused.least), duration(unused.most)];
  return least === most ? most : `${least} to ${most}`;
}

/** Local ports and TIME_WAIT: they hold no open files, and run out all the same. */
export function Ports({
  service,
  snapshot,
}: {
  readonly service: ServiceAnswer;
  readonly snapshot: SnapshotAnswer | null;
}) {
  if (snapshot === null) return null;
  const { ports, timeWait } = portsOf(snapshot, service);
  if (ports.length === 0 && timeWait.length === 0) return null;
  return (
    <section aria-labelledby="ports">
      <h2 id="ports">Local ports</h2>
      <ul class="plain">
        {ports.map((one) => (
          <li key={`${one.source} ${one.peer}`}>
            to <span class="name">{one.peer}</span>: <span class="figure">{count(one.used)}</span> of{" "}
            <span class="figure">{count(one.range)}</span> taken, {count(one.live)} by connections,{" "}
            {count(one.timeWait)} in TIME_WAIT{one.reusable ? ", which may be used again" : ""}
          </li>
        ))}
        {timeWait.map((one) => (
          <li key={`${one.direction} ${one.address}`}>
            TIME_WAIT {one.direction === "inbound" ? "of clients of" : "to"}{" "}
            <span class="name">{one.address}</span>: <span class="figure">{count(one.own)}</span> of this
            service, of {count(one.count)} on the host
          </li>
        ))}
      </ul>
      <p class="aside">What is in TIME_WAIT holds a port for a minute, and no open file.</p>
    </section>
  );
}
