import type { Sighting, Source } from "../attach/sighting.ts";
import type { GapEvent } from "../../model/events.ts";
import type { Snapshot } from "../../model/snapshot.ts";
import type { Options } from "../options.ts";
import { ownCostMeter } from "../own-cost.ts";
import { gapWords } from "../screen/sentence.ts";
import { cut } from "../screen/text.ts";
import type { Surroundings } from "../surroundings.ts";
import { type Around, drawTop, heldToPage, namesOf, selectedIn } from "./draw.ts";
import type { FullScreen } from "./full-screen.ts";
import { ordered } from "./order.ts";
import { type SideRecording, startRecording } from "./recording.ts";
import { FIRST_VIEW, type Key, press, type View } from "./view.ts";

/** Nobody reads faster; ticks that come closer together are drawn with the next. */
const LEAST_SECONDS_BETWEEN_FRAMES = 0.45;

const READING = "descry  looking at every process for the first time ...   q quits";

/** `descry top` on a terminal, from the first reading until the ticks end or q is pressed. */
export async function showTop(
  ticks: AsyncIterable<Sighting>,
  options: Options,
  surroundings: Surroundings,
): Promise<void> {
  const { terminal, interruption } = surroundings;
  const session = new Session(options, surroundings);
  // Before the first reading, which may keep this thread busy: on a large host it takes a while, and says so.
  const screen = await terminal.fullScreen({
    key: (key) => session.key(key),
    resized: () => session.draw(),
  });
  session.begin(screen);
  try {
    let drawnAt = Number.NEGATIVE_INFINITY;
    for await (const tick of untilQuit(ticks, interruption.signal)) {
      session.note(tick);
      if (Math.abs(tick.facts.uptime - drawnAt) < LEAST_SECONDS_BETWEEN_FRAMES) continue;
      drawnAt = tick.facts.uptime;
      session.show(tick);
    }
  } finally {
    screen.close();
    await session.end();
  }
}

/** The same ticks; ends with the signal, also while a reading takes long. That reading is left to end by itself. */
async function* untilQuit(ticks: AsyncIterable<Sighting>, signal: AbortSignal): AsyncGenerator<Sighting> {
  const iterator = ticks[Symbol.asyncIterator]();
  const { promise: quit, resolve } = Promise.withResolvers<null>();
  const end = () => resolve(null);
  signal.addEventListener("abort", end, { once: true });
  try {
    while (!signal.aborted) {
      const next = iterator.next();
      const read = await Promise.race([next, quit]);
      if (read === null) {
        next.catch(() => undefined);
        return;
      }
      if (read.done === true) return;
      yield read.value;
    }
  } finally {
    signal.removeEventListener("abort", end);
    void iterator.return?.();
  }
}

class Session {
  readonly #options: Options;
  readonly #surroundings: Surroundings;
  readonly #own: () => Around["own"];
  #screen: FullScreen | null = null;
  #snapshot: Snapshot | null = null;
  #view: View = FIRST_VIEW;
  #gap: GapEvent | null = null;
  #source: Source | null = null;
  #recordings: SideRecording[] = [];

  constructor(options: Options, surroundings: Surroundings) {
    this.#options = options;
    this.#surroundings = surroundings;
    this.#own = ownCostMeter(surroundings);
  }

  begin(screen: FullScreen): void {
    this.#screen = screen;
    this.draw();
  }

  /** What was not permitted stands in the header as a count; of the rest, the last is told. */
  note({ events }: Sighting): void {
    for (const event of events) if (event.type === "gap" && event.why !== "denied") this.#gap = event;
  }

  show(tick: Sighting): void {
    this.#source = tick.from ?? null;
    if (!this.#view.paused || this.#snapshot === null) this.#snapshot = tick.snapshot();
    this.draw();
  }

  draw(): void {
    const look = this.#surroundings.terminal.look();
    if (this.#snapshot === null) return this.#screen?.draw([cut(READING, look.columns)]);
    this.#screen?.draw(drawTop(this.#snapshot, this.#view, this.#around(), look));
  }

  key(key: Key): void {
    const services = this.#snapshot?.services ?? [];
    const names = namesOf(ordered(services, this.#view.sort, this.#view.filter));
    const { view, wish } = press(this.#view, key, names);
    this.#view = view;
    if (wish === "quit") return this.#surroundings.interruption.end("quit");
    if (wish === "redraw") this.#screen?.clear();
    if (this.#snapshot === null) return;
    if (wish === "record") this.#toggleRecording(this.#snapshot);
    const look = this.#surroundings.terminal.look();
    this.#view = heldToPage(view, this.#snapshot, this.#around(), look);
    this.draw();
  }

  /** Ends what goes on, and says on the first screen what was written. */
  async end(): Promise<void> {
    await Promise.all(this.#recordings.map((recording) => recording.stop()));
    for (const recording of this.#recordings) this.#surroundings.terminal.err(recording.words());
  }

  #around(): Around {
    const { zone } = this.#surroundings.terminal.look();
    const gap = this.#gap === null ? null : gapWords(this.#gap, zone);
    const recording = this.#recordings.at(-1)?.words() ?? null;
    const [source, now] = [this.#source, this.#snapshot?.at];
    return {
      ...{ own: this.#own(), gap, recording },
      source: source === null || now === undefined ? null : source.words(now, zone),
      lives: (service) => source?.lives(service) ?? [],
    };
  }

  #toggleRecording(snapshot: Snapshot): void {
    const last = this.#recordings.at(-1);
    if (last !== undefined && !last.ended) return void last.stop().then(() => this.draw());
    const service = selectedIn(snapshot, this.#view);
    if (service === null) return;
    this.#recordings.push(
      startRecording({
        agent: this.#surroundings.agent,
        procfs: this.#options.procfs,
        interval: this.#options.interval,
        host: snapshot.host,
        service: service.service,
        pids: () => this.#pidsOf(service.service),
        at: Date.now(),
      }),
    );
  }

  #pidsOf(name: string): Set<number> {
    const service = this.#snapshot?.services.find((one) => one.service === name);
    return new Set(service?.processes.map(({ pid }) => pid));
  }
}
