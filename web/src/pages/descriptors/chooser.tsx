import { useState } from "preact/hooks";
import type { ServiceAnswer, ServicesAnswer, ServiceSummary } from "../../../../src/server/api.ts";
import { Link } from "../../parts/link.tsx";
import { Shown } from "../../parts/states.tsx";
import { usePolled } from "../../reading/polled.ts";
import { parameter, withParameters } from "../../routing.ts";
import { count } from "../../words/figures.ts";

const EVERY_SECONDS = 10;
/** Services shown at once: the search finds the others. */
const MOST_SHOWN = 200;

function addressOf(pid: number | string): string {
  return `/descriptors?pid=${pid}`;
}

/** Finds a process by its number, or by its service. */
export function Chooser() {
  const [search, setSearch] = useState("");
  const services = usePolled<ServicesAnswer>("/api/v1/services?limit=1000", EVERY_SECONDS);
  const wanted = search.trim().toLowerCase();
  return (
    <>
      <search class="descriptor-filters">
        <label>
          Service, command or number of the process
          <input
            type="search"
            value={search}
            onInput={({ currentTarget }) => setSearch(currentTarget.value)}
          />
        </label>
      </search>
      {/^[1-9]\d{0,9}$/.test(wanted) && (
        <p>
          <Link to={addressOf(wanted)}>Process {wanted}</Link>
        </p>
      )}
      <Shown reading={services.value} what="the services">
        {({ services: all, page }) => {
          const found = all.filter((one) => fits(one, wanted));
          return (
            <>
              <ul class="process-list">
                {found.slice(0, MOST_SHOWN).map((one) => (
                  <Service key={one.id} one={one} />
                ))}
              </ul>
              {found.length === 0 && <p class="state">No service has that in its name.</p>}
              {(found.length > MOST_SHOWN || page.next !== null) && (
                <p class="quiet">There are more: search for their names.</p>
              )}
            </>
          );
        }}
      </Shown>
    </>
  );
}

function fits({ service, fullest }: ServiceSummary, wanted: string): boolean {
  return (
    wanted === "" ||
    service.toLowerCase().includes(wanted) ||
    fullest?.command.toLowerCase().includes(wanted) === true ||
    String(fullest?.pid) === wanted
  );
}

function Service({ one }: { readonly one: ServiceSummary }) {
  const isOpen = parameter("service") === one.id;
  return (
    <li>
      <span class="name">{one.service}</span>
      <span class="figure quiet">{count(one.open)} open files</span>
      {one.processes === 1 && one.fullest !== null ? (
        <Link to={addressOf(one.fullest.pid)}>process {one.fullest.pid}</Link>
      ) : (
        <Link to={withParameters({ service: isOpen ? null : one.id })}>
          {count(one.processes)} processes{isOpen ? ", hide" : ""}
        </Link>
      )}
      {isOpen && <Processes id={one.id} />}
    </li>
  );
}

function Processes({ id }: { readonly id: string }) {
  const service = usePolled<ServiceAnswer>(`/api/v1/services/${encodeURIComponent(id)}`, EVERY_SECONDS);
  return (
    <Shown reading={service.value} what="its processes">
      {({ processes, leftOut }) => (
        <ul class="process-list">
          {processes.map(({ pid, command, open, readable }) => (
            <li key={pid}>
              <span class="name">{command}</span>
              <span class="figure quiet">
                {readable ? `${count(open)} open files` : `${count(open)}, not permitted`}
              </span>
              <Link to={addressOf(pid)}>process {pid}</Link>
            </li>
          ))}
          {leftOut.processes > 0 && <li class="quiet">and {count(leftOut.processes)} more</li>}
        </ul>
      )}
    </Shown>
  );
}
