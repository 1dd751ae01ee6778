// Writes a history into the folder that it is given, tick after tick as fast as it goes, each a second after the one before,
// and prints the number of each that is committed. Every tenth tick tells an event with its number.
import { HISTORY_OPTIONS } from "../../src/model/history.ts";
import { History } from "../../src/store/history/history.ts";
import { sampleTick, sampleVerdict } from "../../src/store/history/sample-ticks.ts";

/** The first tick, Unix milliseconds. */
export const FIRST = Date.parse("2026-11-23T04:00:00Z");
/** What service `place` has open at a tick, so that a reader knows what it has to find. */
export function openAt(tick: number, place: number): number {
  return 100 + place + ((tick * 7919) % 1009);
}
export const SERVICES = 60;

async function write(folder: string, start: number): Promise<void> {
  const clock = { wall: () => Date.now(), monotonic: () => performance.now() };
  const history = await History.open(folder, HISTORY_OPTIONS, clock);
  for (let tick = start; ; tick++) {
    const at = FIRST + tick * 1000;
    const services = Array.from({ length: SERVICES }, (_, place) => ({
      service: `service ${place}`,
      open: openAt(tick, place),
      kinds: { file: place, pipe: tick % 5 },
      peers: { "10.0.0.1:3306": openAt(tick, place) },
    }));
    const events = tick % 10 === 0 ? [sampleVerdict(at, "service 0", { summary: `tick ${tick}` })] : [];
    const { waiting, notices } = await history.append(
      sampleTick({ at, watchedSeconds: tick, services, events }),
    );
    const complaints = notices.map(({ what }) => what).join();
    if (!process.stdout.write(`${waiting === 0 ? tick : "waiting"} ${complaints}\n`))
      await new Promise((resolve) => void process.stdout.once("drain", resolve));
  }
}

if (import.meta.main) {
  const [folder = "", start = "0"] = process.argv.slice(2);
  await write(folder, Number(start));
}
