/** Surroundings for the tests of the commands: ticks made by hand, a terminal that keeps what it was given. */
import { lookHere } from "../../agent/here.ts";
import type { MemoryOrder } from "../../agent/memory.ts";
import type { Tick } from "../../agent/observe.ts";
import { NOTHING_LEARNED } from "../../model/baselines.ts";
import { DescryError } from "../../model/error.ts";
import type { DescryEvent } from "../../model/events.ts";
import type { FactSource } from "../../model/facts.ts";
import type { Snapshot } from "../../model/snapshot.ts";
import type { Targets } from "../../model/targets.ts";
import type { Agent } from "../agent.ts";
import * as example from "./host.ts";
import { createInterruption, type Interruption } from "../interruption.ts";
import type { Surroundings } from "../surroundings.ts";

/** What one tick brings. */
export interface ExampleTick {
  readonly events?: readonly DescryEvent[];
  readonly snapshot?: Snapshot;
  readonly missingPids?: readonly number[];
}

export interface Script {
  /** Another process keeps the state folder. */
  readonly keptElsewhere?: boolean;
  readonly ticks: readonly ExampleTick[];
  /** Without more, no agent is asked, whichever runs on this machine. */
  readonly environment?: Readonly<Record<string, string>>;
  /** What shows where one is; default the machine itself. */
  readonly here?: ReturnType<Agent["lookHere"]>;
  /** How often the kernel itself can be read, beside the ticks; default never. */
  readonly readings?: number;
  /** Thrown after the last tick. */
  readonly failure?: Error;
  /** Seconds between ticks. */
  readonly apart?: number;
  /** Called before each tick. */
  readonly before?: (tick: number, interruption: Interruption) => void;
  readonly outputIsTerminal?: boolean;
  readonly errorIsTerminal?: boolean;
  readonly rows?: number;
}

/** What came of a command. */
export interface Recorded {
  readonly out: string[];
  readonly err: string[];
  readonly drawn: string[];
  /** What a full screen showed, one after the other. */
  readonly frames: (readonly string[])[];
  readonly progress: string[];
  readonly written: number[];
  readonly observed: Targets[];
  readonly remembered: MemoryOrder[];
  closed: number;
  press: (key: string) => void;
  resize: () => void;
}

export function surroundingsOf(script: Script): { surroundings: Surroundings; recorded: Recorded } {
  const recorded: Recorded = {
    ...{
      out: [],
      err: [],
      drawn: [],
      frames: [],
      progress: [],
      written: [],
      observed: [],
      remembered: [],
      closed: 0,
    },
    press: () => {},
    resize: () => {},
  };
  const interruption = createInterruption();
  return {
    recorded,
    surroundings: {
      agent: scriptedAgent(script, recorded, interruption),
      interruption,
      invocation: { program: "descry", sudo: true },
      environment: { DESCRY_AGENT: "off", ...script.environment },
      usual: { configuration: "/nowhere/descry.yaml", stateFolder: null },
      cost: () => ({ atMilliseconds: 0, cpuMilliseconds: 0, residentBytes: 96e6 }),
      terminal: {
        outputIsTerminal: script.outputIsTerminal ?? false,
        errorIsTerminal: script.errorIsTerminal ?? false,
        out: (line) => void recorded.out.push(line),
        err: (line) => void recorded.err.push(line),
        draw: (text) => void recorded.drawn.push(text),
        progress: (text) => void recorded.progress.push(text),
        look: () => example.lookOf(120, script.rows ?? null),
        keys(pressed) {
          recorded.press = pressed;
          return () => {};
        },
        resized(changed) {
          recorded.resize = changed;
          return () => {};
        },
        fullScreen(events) {
          recorded.press = (key) => events.key(key);
          recorded.resize = () => events.resized();
          return Promise.resolve({
            draw: (lines) => void recorded.frames.push(lines),
            clear: () => {},
            close: () => void recorded.closed++,
          });
        },
      },
    },
  };
}

function scriptedAgent(script: Script, recorded: Recorded, interruption: Interruption): Agent {
  let read = 0;
  const source: FactSource = {
    read() {
      if (read >= (script.readings ?? 0)) return Promise.resolve(null);
      return Promise.resolve({ at: Date.parse(example.AT) + read * 1000, uptime: 5000 + read++, facts: [] });
    },
    close() {
      recorded.closed++;
      return Promise.resolve();
    },
  };
  return {
    async *observe(_source, { targets, signal }) {
      recorded.observed.push(targets);
      for (const [i, tick] of script.ticks.entries()) {
        script.before?.(i, interruption);
        if (signal?.aborted === true) return;
        yield tickOf(tick, i * (script.apart ?? 1));
      }
      if (script.failure !== undefined) throw script.failure;
    },
    openKernel: () => source,
    lookHere: (procfs) => script.here ?? lookHere(procfs),
    openMemory(order) {
      recorded.remembered.push(order);
      return Promise.resolve({
        learned: NOTHING_LEARNED,
        keptElsewhere: script.keptElsewhere ?? false,
        note: () => [],
        end() {
          recorded.closed++;
          return Promise.resolve([]);
        },
      });
    },
    openRecording(path) {
      if (path === "missing")
        return Promise.reject(new DescryError("missing cannot be read.", "Check the path."));
      const header = { writtenBy: "descry test", host: "web-12", targets: { pids: [812], services: [] } };
      return Promise.resolve({ source, header, notUnderstood: () => null });
    },
    expectRecordable(path) {
      if (path !== "existing.descry") return Promise.resolve();
      return Promise.reject(new DescryError("existing.descry exists already.", "Name another."));
    },
    createRecording: () =>
      Promise.resolve({
        write(facts) {
          recorded.written.push(facts.uptime);
          return Promise.resolve();
        },
        close() {
          recorded.closed++;
          return Promise.resolve();
        },
      }),
  };
}

function tickOf(tick: ExampleTick, seconds: number): Tick {
  const snapshot =
    tick.snapshot ?? example.exampleHost({ services: [example.serviceOf()], watchedSeconds: seconds });
  return {
    facts: { at: Date.parse(example.AT) + seconds * 1000, uptime: 5000 + seconds, facts: [] },
    events: tick.events ?? [],
    missingPids: tick.missingPids ?? [],
    host: "web-12",
    learned: () => NOTHING_LEARNED,
    standing: () => [...snapshot.services.flatMap(({ verdicts, forecasts }) => [...verdicts, ...forecasts])],
    turnover: () => [],
    listing: function* () {},
    stages: [],
    snapshot: () => snapshot,
  };
}
