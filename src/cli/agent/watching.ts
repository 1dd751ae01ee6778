import { Budget } from "../../agent/budget.ts";
import { Handover } from "../../agent/desk/handover.ts";
import { openNotifier } from "../../agent/notifier.ts";
import type { Tick } from "../../agent/observe.ts";
import type { ReadAgent } from "../../config/read.ts";
import type { AgentSettings } from "../../model/agent-settings.ts";
import { DescryError } from "../../model/error.ts";
import type { DescryEvent } from "../../model/events.ts";
import { EVERYTHING } from "../../model/targets.ts";
import { invocationFor } from "../invocation.ts";
import type { KnownHere } from "../knowledge.ts";
import type { Surroundings } from "../surroundings.ts";
import { VERSION } from "../version.ts";
import { DeskWorker, type DeskEar } from "./desk-worker.ts";
import type { DeskStart } from "./messages.ts";

const INTERVAL = 1000;

export interface AgentOrder {
  readonly read: ReadAgent;
  /** Reads the configuration again. Rejects with nothing; what is wrong with it is an answer. */
  readonly reread: (before: ReadAgent) => Promise<{ read: ReadAgent } | { refusal: DescryError }>;
  readonly folder: string;
  readonly procfs: string;
  readonly tell: (event: DescryEvent) => void;
  /** One line on standard error. */
  readonly word: (text: string) => void;
}

/** The agent from its first reading to its end: reads, judges, and hands over to the desk. */
export class Watching {
  readonly #order: AgentOrder;
  readonly #surroundings: Surroundings;
  readonly #knowledge: KnownHere;
  readonly #notifier;
  readonly #startedAt = Date.now();
  #read: ReadAgent;
  #budget: Budget;
  #share: number;
  #desk: DeskWorker | null = null;
  #declared: AgentSettings["declared"] | null = null;
  #reloading = false;
  #reloaded: Promise<void> = Promise.resolve();
  /** It was asked for, and not begun yet. */
  #reloadAsked = false;

  constructor(order: AgentOrder, surroundings: Surroundings, knowledge: KnownHere) {
    this.#order = order;
    this.#surroundings = surroundings;
    this.#knowledge = knowledge;
    this.#notifier = openNotifier(surroundings.environment);
    this.#read = order.read;
    this.#share = order.read.settings.cpuBudget;
    this.#budget = new Budget(this.#share);
  }

  /** Until interrupted. Rejects with a DescryError when nothing can be read, or the desk cannot serve. */
  async run(): Promise<void> {
    const { interruption } = this.#surroundings;
    interruption.divert((cause) => {
      if (cause === "SIGHUP") this.#reloadAsked = true;
      else {
        interruption.divert(null);
        interruption.end(cause);
      }
    });
    const handover = new Handover({
      share: () => this.#share,
      stretch: () => this.#budget.stretch,
      isLookedAt: () => this.#desk?.isLookedAt === true,
    });
    try {
      for await (const tick of this.#ticks()) {
        const { host } = tick;
        for (const event of tick.events) this.#order.tell(event);
        handover.note(tick);
        if (this.#desk === null && !this.#reloading) await this.#open(host, this.#read.settings);
        if (this.#reloadAsked && !this.#reloading) this.#reloaded = this.#reload(host);
        // While there is no desk, what happens waits for the next one.
        const handed = this.#desk === null ? null : handover.take(tick);
        if (handed !== null) this.#desk?.handOver(handed);
        await this.#desk?.answerOne((pid) => tick.listing(pid));
        this.#budget.note(tick.facts.uptime, () => this.#surroundings.cost().cpuMilliseconds / 1000);
        this.#notifier.alive();
      }
    } finally {
      this.#notifier.stopping();
      await this.#reloaded;
      await this.#desk?.end();
    }
  }

  async *#ticks(): AsyncGenerator<Tick> {
    const { agent, interruption, invocation } = this.#surroundings;
    const { procfs } = this.#order;
    const source = agent.openKernel({ procfs });
    const ticks = agent.observe(source, {
      targets: EVERYTHING,
      interval: INTERVAL,
      signal: interruption.signal,
      invocation: invocationFor(invocation, procfs),
      known: this.#knowledge.known,
      declaredAnew: () => {
        const declared = this.#declared;
        this.#declared = null;
        return declared;
      },
      stretch: () => this.#budget.stretch,
      keepFacts: false,
    });
    for await (const tick of ticks) yield this.#knowledge.note(tick);
  }

  /** Rejects with a DescryError. */
  async #open(host: string, settings: AgentSettings): Promise<void> {
    const { folder, procfs, word } = this.#order;
    const start: DeskStart = {
      ...{ folder, settings, procfs, host, startedAt: this.#startedAt },
      environment: { ...this.#surroundings.environment },
    };
    const { desk, url } = await DeskWorker.start(start, this.#ear());
    this.#desk = desk;
    const channels = settings.channels.map(({ name }) => name).join(", ");
    word(
      `descry ${VERSION} watches ${host}: ${url}, state in ${folder}, ` +
        (channels === "" ? "no channel to tell anybody" : `tells ${channels}`),
    );
    this.#notifier.ready();
    this.#notifier.status(`Watching ${host}: ${url}`);
  }

  #ear(): DeskEar {
    return {
      gaps: (events) => events.forEach((event) => this.#order.tell(event)),
      word: this.#order.word,
    };
  }

  /** What was in force stays so where the new configuration is wrong, or the desk cannot serve with it. */
  async #reload(host: string): Promise<void> {
    this.#reloading = true;
    this.#reloadAsked = false;
    this.#notifier.reloading();
    try {
      const answer = await this.#order.reread(this.#read);
      if ("refusal" in answer) this.#refuse(answer.refusal);
      else await this.#take(host, answer.read);
    } catch (error) {
      this.#refuse(error);
    } finally {
      this.#reloading = false;
      this.#notifier.ready();
    }
  }

  /** Where it rejects there is no desk: the next tick opens one with what was in force. */
  async #take(host: string, read: ReadAgent): Promise<void> {
    const desk = this.#desk;
    this.#desk = null;
    await desk?.end();
    await this.#open(host, read.settings);
    this.#read = read;
    this.#declared = read.settings.declared;
    this.#share = read.settings.cpuBudget;
    this.#budget = new Budget(this.#share);
    this.#order.word("The configuration was read again and is in force.");
  }

  #refuse(error: unknown): void {
    const why = error instanceof DescryError ? `${error.message} ${error.mend}` : String(error);
    this.#order.word(`The configuration stays as it was: ${why}`);
  }
}
