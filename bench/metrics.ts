// What a scrape costs: the whole page is written anew each time, from the snapshot of that moment.
import {
  holdingOf,
  outbound,
  OWN,
  readingOf,
  serviceOf,
  snapshotOf,
  subjectOf,
} from "../src/metrics/example.ts";
import { Metrics } from "../src/metrics/metrics.ts";
import { DEFAULT_METRICS_OPTIONS } from "../src/metrics/options.ts";
import { parsed } from "../src/metrics/parsed.ts";
import { DESCRIPTOR_KINDS } from "../src/model/kinds.ts";
import type { Snapshot } from "../src/model/snapshot.ts";
import type { Measurement } from "./figures.ts";
import { startLoadMeter } from "./machine.ts";

const SCRAPES = 50;
/** Half of the kinds of descriptors, connections to ten peers. */
const SERVICES = 380;
const KINDS = DESCRIPTOR_KINDS.slice(6, 18);

function manyServices(services: number, peers: number): Snapshot {
  return snapshotOf(
    Array.from({ length: services }, (_, at) =>
      serviceOf(`shop/workload-${at}/api`, {
        holdings: [
          ...KINDS.map((kind) => holdingOf(subjectOf({ kind }), 3)),
          ...Array.from({ length: peers }, (_peer, peer) =>
            outbound(`10.0.${peer >> 8}.${peer & 255}:5432`, 7),
          ),
        ],
      }),
    ),
  );
}

export function measureMetrics(): Promise<Measurement> {
  const load = startLoadMeter();
  const snapshot = manyServices(SERVICES, 10);
  const all = new Metrics("bench", { ...DEFAULT_METRICS_OPTIONS, services: SERVICES });
  all.take(readingOf(snapshot, []));
  const series = parsed(all.text(OWN)).samples.size;
  const written = processorMs(() => all.text(OWN));
  const asJson = processorMs(() => JSON.stringify(snapshot));

  const crowded = new Metrics("bench");
  crowded.take(readingOf(manyServices(1, 50_000), []));
  const crawler = processorMs(() => crowded.text(OWN));

  return Promise.resolve({
    title: "A scrape of the metrics",
    how: [
      `${SERVICES} made-up services with ${KINDS.length} kinds of descriptors and ten peers each: ${series.toLocaleString("en")} series; and one service with 50,000 peers, of which ten are told. CPU of ${SCRAPES} scrapes.`,
      "JSON.stringify of the same snapshot is what it takes to write that much in Node at all.",
    ],
    commands: ["curl http://127.0.0.1:8321/metrics"],
    ratios: [{ name: "a scrape", value: written / asJson, unit: "times" }],
    ratiosOf: "How many times JSON.stringify of the snapshot",
    figures: [
      { name: "A scrape of 20,000 series, CPU", value: written, unit: "ms", goal: { atMost: 50 } },
      { name: "A scrape with 50,000 peers, CPU", value: crawler, unit: "ms", goal: { atMost: 100 } },
      { name: "JSON.stringify of the snapshot, CPU", value: asJson, unit: "ms" },
    ],
    skipped: [],
    load: load.words(),
  });
}

/** Of one of them, in milliseconds; the first ones, which the compiler has not met, do not count. */
function processorMs(work: () => unknown): number {
  for (let at = 0; at < 5; at += 1) work();
  const before = process.threadCpuUsage();
  for (let at = 0; at < SCRAPES; at += 1) work();
  const { user, system } = process.threadCpuUsage(before);
  return (user + system) / 1000 / SCRAPES;
}
