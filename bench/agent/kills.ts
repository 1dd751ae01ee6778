// The agent killed again and again while there is much to do: what it had shown as kept has to be there, and what it had
// told is not to be told as something new.
import { startMkleak } from "../../lab/mkleak/start.ts";
import type { Scratch } from "../../lab/scratch.ts";
import type { Measurement } from "../figures.ts";
import { startLoadMeter } from "../machine.ts";
import { KilledLives } from "./lives.ts";

const KILLS = 100;
/** Every fourth kill comes while the agent starts, which takes one to two seconds. */
const EARLY = 4;
const STARTING_MS = 1500;
const SERVING_MS = 5000;
const CONNECTIONS_PER_SECOND = 200;
const BESIDE = [
  { kind: "tcp", rate: 240 },
  { kind: "file", rate: 240 },
  { kind: "collector", rate: 120 },
] as const;

export async function measureKills(scratch: Pick<Scratch, "path">): Promise<Measurement> {
  const load = startLoadMeter();
  const stops: (() => Promise<void>)[] = [];
  try {
    const churn = await startMkleak("short", { rate: CONNECTIONS_PER_SECOND * 60, forSeconds: 3600 });
    stops.push(() => churn.stop());
    for (const { kind, rate } of BESIDE) {
      const beside = await startMkleak(kind, { rate, forSeconds: 3600 });
      stops.push(() => beside.stop());
    }
    const lives = await KilledLives.start(scratch);
    stops.push(() => lives.stop());
    for (let life = 0; life < KILLS; life++) {
      // Every other one has something new to tell.
      if (life % 2 === 0) await lives.startFull();
      await lives.live(
        life % EARLY === 0
          ? { after: "start", milliseconds: Math.random() * STARTING_MS }
          : { after: "serving", milliseconds: Math.random() * SERVING_MS },
      );
    }
    await lives.settle();
    return measurementOf(lives, load.words());
  } finally {
    for (const stop of stops.toReversed()) await stop();
  }
}

function measurementOf({ findings }: KilledLives, load: string): Measurement {
  const { unsound } = findings;
  for (const fault of unsound) process.stderr.write(`${fault}\n`);
  const none = { unit: "in all", goal: { atMost: 0 } } as const;
  return {
    title: `descry agent, killed ${KILLS} times`,
    how: [
      `SIGKILL, every fourth time at a random moment in the ${STARTING_MS} ms after its start, else in the ${SERVING_MS} ms after it has said that it serves, always on the same state folder, while lab/mkleak.py makes ${CONNECTIONS_PER_SECOND} connections a second and leaks connections and files. In every other life a new program has all of its descriptors open, which is told to a webhook on loopback; the oldest of six ends.`,
      "Every 50 ms /api/v1/series and /metrics are asked, and /api/v1/events is read. A second counts as acknowledged when /api/v1/series has shown it, an event when the stream has sent it, a notification when /metrics counts it as delivered.",
      "After each kill a copy of the folder is opened: PRAGMA integrity_check, nothing set aside, and everything that was acknowledged in all lives so far is there with the same figures. The next agent opens what the kill has left. In the end one more lives until all that are full have been told and /readyz says that all is well.",
    ],
    commands: ["bin/descry agent", `lab/mkleak.py short --rate ${CONNECTIONS_PER_SECOND * 60}`],
    ratios: [],
    ratiosOf: "",
    figures: [
      { name: "Kills", value: findings.kills, unit: "in all", goal: { atLeast: KILLS } },
      { name: "Of them before it served", value: findings.early, unit: "in all" },
      { name: "Histories that were not sound", value: unsound.length, ...none },
      { name: "Seconds acknowledged", value: findings.ticks, unit: "in all", goal: { atLeast: KILLS / 2 } },
      { name: "Seconds lost", value: findings.lostTicks, ...none },
      { name: "Events acknowledged", value: findings.events, unit: "in all", goal: { atLeast: KILLS / 2 } },
      { name: "Events lost", value: findings.lostEvents, ...none },
      {
        name: "Notifications told",
        value: findings.notifications,
        unit: "in all",
        goal: { atLeast: KILLS / 4 },
      },
      { name: "Notifications acknowledged", value: findings.acknowledged, unit: "in all" },
      { name: "Acknowledged ones that came again", value: findings.cameAgain, ...none },
      { name: "Alerts told again as new ones", value: findings.toldAgain, ...none },
      {
        name: "Came twice under one id, killed before that was noted",
        value: findings.repeated,
        unit: "in all",
      },
    ],
    skipped: [],
    load,
  };
}
