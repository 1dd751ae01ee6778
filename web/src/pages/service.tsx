import { useEffect, useState } from "preact/hooks";
import type { LivesAnswer, ServiceAnswer, SnapshotAnswer } from "../../../src/server/api.ts";
import { Link } from "../parts/link.tsx";
import { Shown } from "../parts/states.tsx";
import { type Reading, usePolled } from "../reading/polled.ts";
import { AgeRungs } from "./service/age-rungs.tsx";
import { loadSentence } from "./service/calm-words.ts";
import { Calm } from "./service/calm.tsx";
import { Connections, Ports } from "./service/connections.tsx";
import { EarlierLives } from "./service/earlier-lives.tsx";
import { findingsOf } from "./service/findings.ts";
import { Heading } from "./service/heading.tsx";
import { History } from "./service/history.tsx";
import { HoldingTable } from "./service/holding-table.tsx";
import { Pools } from "./service/pool.tsx";
import { ProcessTable } from "./service/process-table.tsx";
import { OtherStories, Story } from "./service/story.tsx";

const LIVING_SECONDS = 2;
/** It may come back, but not every two seconds. */
const GONE_SECONDS = 30;

/** One service: what was found and what to do first, then how it went, what it holds, and whose it is. */
export function ServicePage({ id }: { readonly id: string }) {
  const path = `/api/v1/services/${encodeURIComponent(id)}`;
  const [gone, setGone] = useState(false);
  const reading = usePolled<ServiceAnswer>(path, gone ? GONE_SECONDS : LIVING_SECONDS).value;
  const status = reading.failure?.status ?? null;
  useEffect(() => setGone(status === 404), [status]);
  const lives = usePolled<LivesAnswer>(`${path}/lives`, 60).value;
  const snapshot = usePolled<SnapshotAnswer>("/api/v1/snapshot?limit=1", 10).value.answer;
  const name = reading.answer?.service ?? lives.answer?.service ?? id;
  useEffect(() => {
    document.title = `${name} - descry`;
    return () => {
      document.title = "descry";
    };
  }, [name]);
  if (status === 404) return <Gone id={id} name={name} lives={lives} />;
  return (
    <Shown reading={reading} what="the service">
      {(service) => <Living service={service} lives={lives.answer} snapshot={snapshot} />}
    </Shown>
  );
}

interface LivingProps {
  readonly service: ServiceAnswer;
  readonly lives: LivesAnswer | null;
  readonly snapshot: SnapshotAnswer | null;
}

function Living({ service, lives, snapshot }: LivingProps) {
  const now = Date.parse(service.at);
  const [first, ...others] = findingsOf(service);
  return (
    <div class="service">
      <Heading service={service} />
      {first === undefined ? <Calm service={service} /> : <Story finding={first} now={now} isFirst />}
      {first !== undefined && service.load !== null && <p class="aside">{loadSentence(service)}</p>}
      <OtherStories findings={others} now={now} />
      <EarlierLives lives={lives} now={now} />
      <History id={service.id} service={service} />
      <HoldingTable
        holdings={service.holdings}
        leftOut={service.leftOut.holdings}
        readable={service.processes.some(({ readable }) => readable)}
      />
      <AgeRungs holdings={service.holdings} />
      <Connections service={service} />
      <Pools service={service} />
      <Ports service={service} snapshot={snapshot} />
      <ProcessTable service={service} />
    </div>
  );
}

interface GoneProps {
  readonly id: string;
  readonly name: string;
  readonly lives: Reading<LivesAnswer>;
}

/** A service that runs no more, or never did: what the history has of it. */
function Gone({ id, name, lives }: GoneProps) {
  const known = lives.answer !== null;
  return (
    <div class="service">
      <h1 class="name">{name}</h1>
      <p class="state" role="alert">
        {known
          ? "It does not run now. What the history keeps of it is below."
          : "No service has this name now, and the history has none either."}{" "}
        <Link to="/">The overview</Link> has all that run.
      </p>
      <EarlierLives lives={lives.answer} now={Date.now()} />
      {known && <History id={id} service={null} />}
    </div>
  );
}
