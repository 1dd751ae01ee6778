import type { ServiceAnswer } from "../../../../src/server/api.ts";
import { rate } from "../../words/figures.ts";
import { clock, ZONE } from "../../words/times.ts";
import { fullestWords } from "./calm-words.ts";
import { findingsOf, timeLeft } from "./findings.ts";
import { Mark } from "./mark.tsx";

const SHORT_SECONDS = 30 * 60;

/** The name, how full it is, how fast that changes, and how long is left. */
export function Heading({ service }: { readonly service: ServiceAnswer }) {
  const left = timeLeft(service);
  const standing = findingsOf(service)[0]?.standing ?? null;
  return (
    <header class="service-heading">
      <h1>
        <Mark standing={standing} />
        <span class="name" title={service.service}>
          {service.service}
        </span>
      </h1>
      <dl class="figures">
        <div>
          <dt>Open</dt>
          <dd>{fullestWords(service)}</dd>
        </div>
        <div>
          <dt>Kept</dt>
          <dd>
            <span class="figure">{rate(service.rates.netPerMinute, true)}</span> a minute
          </dd>
        </div>
        <div>
          <dt>Time left</dt>
          <dd class={left.seconds !== null && left.seconds < SHORT_SECONDS ? "leak" : undefined}>
            {left.words}
            {left.interval !== null && <span class="aside"> ({left.interval})</span>}
          </dd>
        </div>
        {service.owner !== null && (
          <div>
            <dt>Owner</dt>
            <dd class="name">{service.owner}</dd>
          </div>
        )}
        <div>
          <dt>Read at</dt>
          <dd>
            <time class="figure" dateTime={service.at}>
              {clock(service.at)}
            </time>{" "}
            <span class="aside">{ZONE}</span>
          </dd>
        </div>
      </dl>
    </header>
  );
}
