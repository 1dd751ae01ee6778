import { Shown } from "../../parts/states.tsx";
import { useTold } from "./details.tsx";
import { type Incident, stateOf, withTold } from "./incident.ts";
import { IncidentRow } from "./row.tsx";

interface LinkedProps {
  readonly id: string;
  /** RFC 3339, of the link. */
  readonly at: string;
  readonly standing: ReadonlySet<string> | null;
  readonly now: number;
  readonly isSought: boolean;
  readonly find: (id: string | null) => void;
}

/** An incident that a link leads to and that is not in the list: it is older, or the filter leaves it out. */
export function Linked({ id, at, standing, now, isSought, find }: LinkedProps) {
  const reading = useTold(id, at, "");
  return (
    <section class="linked" aria-label="The incident of the link">
      <Shown reading={reading} what="the incident">
        {(told) => {
          const incident: Incident | undefined = withTold(new Map(), told).get(id);
          if (incident === undefined) {
            return (
              <p class="state" role="status">
                The incident of this link is not in the history: it may be older than what is kept, or of
                another host.
              </p>
            );
          }
          const state = stateOf(incident, standing);
          return (
            <ul class="incident-list">
              <IncidentRow {...{ incident, state, now, isSought, find }} alert={undefined} isOpen />
            </ul>
          );
        }}
      </Shown>
    </section>
  );
}
