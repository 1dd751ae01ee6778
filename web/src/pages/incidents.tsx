import { useMemo, useRef } from "preact/hooks";
import type { AlertsAnswer, VerdictsAnswer } from "../../../src/server/api.ts";
import { Shown } from "../parts/states.tsx";
import { usePolled } from "../reading/polled.ts";
import { parameter } from "../routing.ts";
import { ZONE } from "../words/times.ts";
import { Alerts } from "./incidents/alerts.tsx";
import { filterOf } from "./incidents/filter.ts";
import { Filters } from "./incidents/filters.tsx";
import { useHistory } from "./incidents/history.ts";
import type { Incidents } from "./incidents/incident.ts";
import { List } from "./incidents/list.tsx";
import { SilenceDialog } from "./incidents/silence-form.tsx";
import { Silences } from "./incidents/silences.tsx";

/** What is told now, what was told before, and what is held back. */
export function IncidentsPage() {
  const filter = filterOf(parameter);
  const history = useHistory(filter);
  const found = useRef<string | null>(null);
  const alerts = usePolled<AlertsAnswer>("/api/v1/alerts?limit=500", 10);
  const stands = usePolled<VerdictsAnswer>("/api/v1/verdicts?limit=500", 30);
  const { incidents, failure } = history.reading.value;
  const { answer } = alerts.value;
  const services = useSeen(incidents);
  const named = new Set([
    ...services.values(),
    ...(answer?.alerts ?? []).flatMap(({ service }) => service ?? []),
  ]);
  const at = answer?.at ?? null;
  return (
    <div class="incidents">
      <h1>Incidents</h1>
      <p class="quiet">What was found to leak, or to run out, and when. Times are of your zone, {ZONE}.</p>
      <section aria-labelledby="alerts">
        <h2 id="alerts">Alerts now</h2>
        <Shown reading={alerts.value} what="the alerts">
          {(now) => <Alerts answer={now} toldAt={(id) => incidents?.get(id)?.moments[0].at} />}
        </Shown>
      </section>
      <section aria-labelledby="history">
        <h2 id="history">History</h2>
        <Filters filter={filter} services={services} />
        <Shown reading={{ answer: incidents, failure }} what="the history">
          {(known) => (
            <List
              {...{ filter, history, found }}
              incidents={known}
              standing={standingIds(stands.value.answer, answer)}
              alerts={answer?.alerts ?? []}
              now={at === null ? Date.now() : Date.parse(at)}
            />
          )}
        </Shown>
      </section>
      <Silences />
      <SilenceDialog services={[...named]} />
    </div>
  );
}

/** Services by their ids, of all that was shown while the page is open: a filter does not take the others out of its own choice. */
function useSeen(incidents: Incidents | null): ReadonlyMap<string, string> {
  const seen = useMemo(() => new Map<string, string>(), []);
  for (const { service, serviceId } of incidents?.values() ?? [])
    if (service !== null && serviceId !== null) seen.set(serviceId, service);
  return seen;
}

/**
 * Ids of what stands; null: not known, or not of all. An agent that was started anew finds a leak again under another id; the
 * one before stands as long as the alert that holds it.
 */
function standingIds(
  standing: VerdictsAnswer | null,
  alive: AlertsAnswer | null,
): ReadonlySet<string> | null {
  if (standing === null || alive === null || standing.next !== null || alive.page.next !== null) return null;
  const held = alive.alerts.flatMap(({ verdicts }) => verdicts.filter((one) => one.standing !== "cleared"));
  return new Set([...standing.verdicts, ...held].map(({ id }) => id));
}
