import assert from "node:assert/strict";
import { mkdtempDisposableSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { freePort, until } from "../../../lab/wait.ts";
import { agentSettingsOf } from "../../config/agent.ts";
import { defaultSettings } from "../../config/settings.ts";
import type { AgentSettings } from "../../model/agent-settings.ts";
import type { DeskTick } from "../../model/desk.ts";
import { DescryError } from "../../model/error.ts";
import type { GapEvent } from "../../model/events.ts";
import { sampleTick } from "../../store/history/sample-ticks.ts";
import type { ListingPart } from "../../agent/listing-view.ts";
import type { DescriptorsAnswer } from "../../server/api.ts";
import { listingOf, openDescriptorOf } from "../../server/example-listing.ts";
import { DeskWorker } from "./desk-worker.ts";
import type { DeskStart } from "./messages.ts";

/** What nobody takes without falling over. */
const POISON = {} as DeskTick;
/** Repeats what stands, so it has timers that would keep its thread going. */
const ALERTMANAGER: AgentSettings["channels"] = [
  {
    ...{ kind: "alertmanager", name: "am", from: "ticket", timeout: 1000 },
    ...{ url: "http://127.0.0.1:1", token: null, labels: {} },
  },
];

function tickNow(): DeskTick {
  const { snapshot } = sampleTick({ at: Date.now(), services: [{ service: "web", open: 1 }] });
  return { snapshot, standing: [], events: [], turnover: [], stages: [] };
}

/** What the desk said. */
class Ear {
  readonly words: string[] = [];
  /** Of each tick that was taken. */
  readonly taken: (readonly GapEvent[])[] = [];

  gaps(events: readonly GapEvent[]): void {
    this.taken.push(events);
  }

  word(text: string): void {
    this.words.push(text);
  }
}

function orderIn(folder: string, server: Partial<AgentSettings["server"]> = {}): DeskStart {
  const usual = agentSettingsOf(defaultSettings());
  const settings: AgentSettings = {
    ...{ ...usual, channels: ALERTMANAGER },
    server: { ...usual.server, listen: "127.0.0.1:0", ...server },
  };
  return { folder, settings, procfs: "/proc", host: "web-12", environment: {}, startedAt: Date.now() };
}

/** Starts one in a folder that another had, and gives what it says of its first tick. */
async function nextOneIn(order: DeskStart): Promise<readonly GapEvent[]> {
  const ear = new Ear();
  const { desk } = await DeskWorker.start(order, ear);
  desk.handOver(tickNow());
  const first = await until("a tick to be taken", () => ear.taken[0] ?? null);
  await desk.end();
  return first;
}

test("desk: one that cannot serve leaves nothing that runs, or holds the history", async () => {
  using folder = mkdtempDisposableSync(join(tmpdir(), "descry-desk-"));
  const token = { file: join(folder.path, "none") };
  await assert.rejects(DeskWorker.start(orderIn(folder.path, { token }), new Ear()), DescryError);
  assert.deepEqual(await nextOneIn(orderIn(folder.path)), []);
});

test("desk: one that falls over as it ends is ended all the same", async () => {
  using folder = mkdtempDisposableSync(join(tmpdir(), "descry-desk-"));
  const { desk } = await DeskWorker.start(orderIn(folder.path), new Ear());
  desk.handOver(POISON);
  await desk.end();
  assert.deepEqual(await nextOneIn(orderIn(folder.path)), []);
});

test("desk: one that fell over goes on with what comes, and one that was ended meanwhile does not", async () => {
  using folder = mkdtempDisposableSync(join(tmpdir(), "descry-desk-"));
  const order = orderIn(folder.path, { listen: `127.0.0.1:${await freePort()}` });
  const ear = new Ear();
  const { desk } = await DeskWorker.start(order, ear);
  const fall = async (times: number): Promise<number> => {
    desk.handOver(POISON);
    await until("it to fall over", () => ear.words.length === times);
    return performance.now();
  };
  await fall(1);
  desk.handOver(tickNow());
  await until("the tick to be taken", () => ear.taken[0] ?? null);
  const fellAt = await fall(2);
  await desk.end();
  // It would have been started again after a second.
  await until("its pause to be over", () => performance.now() > fellAt + 1200);
  assert.deepEqual(await nextOneIn(order), []);
});

test("desk: what it is asked of a process is answered by the thread that reads the kernel", async () => {
  using folder = mkdtempDisposableSync(join(tmpdir(), "descry-desk-"));
  const { desk, url } = await DeskWorker.start(orderIn(folder.path), new Ear());
  const pids: number[] = [];
  function* listing(pid: number): Generator<ListingPart> {
    pids.push(pid);
    if (pid !== 812) {
      yield { none: "gone" };
      return;
    }
    const { descriptors, ...head } = listingOf([openDescriptorOf(), openDescriptorOf({ number: 4 })]);
    yield { head };
    for (const one of descriptors) yield { descriptors: [one] };
  }
  const asked = [812, 7].map((pid) => fetch(`${url}/api/v1/processes/${pid}/descriptors`));
  await until("both to be answered", async () => {
    await desk.answerOne(listing);
    return pids.length === 2;
  });
  const answers = await Promise.all(asked);
  assert.deepEqual(
    answers.map(({ status }) => status),
    [200, 404],
  );
  const [text = ""] = await Promise.all(answers.map((one) => one.text()));
  const { descriptors } = JSON.parse(text) as DescriptorsAnswer;
  assert.deepEqual(
    descriptors.map(({ number }) => number),
    [3, 4],
  );
  await desk.end();
});
