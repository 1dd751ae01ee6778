import type { Agenda } from "./agenda.ts";
import type { Flavour } from "./flavour.ts";
import type { Random } from "./random.ts";
import type { SimulatedKernel } from "./simulated-kernel.ts";
import type { Descriptor, SimulatedProcess } from "./simulated-process.ts";

/** What one process of a service does from its start on; it ends with the process. */
export type Body = (stage: Stage, process: SimulatedProcess) => void;

export interface StageParts {
  readonly name: string;
  /** Tells its peers and ports from those of others. */
  readonly number: number;
  readonly limit: number;
  readonly kernel: SimulatedKernel;
  readonly agenda: Agenda;
  readonly random: Random;
  readonly flavour: Flavour;
}

/** What a simulated service has to work with. */
export class Stage {
  readonly name: string;
  readonly number: number;
  readonly limit: number;
  readonly kernel: SimulatedKernel;
  readonly agenda: Agenda;
  readonly random: Random;
  readonly flavour: Flavour;
  /** Its processes that live, the youngest last. */
  processes: SimulatedProcess[] = [];
  /** How a request of this service leaves something open, in its youngest process; null at the limit. */
  leak: (process: SimulatedProcess) => Descriptor | null;

  constructor(parts: StageParts) {
    this.name = parts.name;
    this.number = parts.number;
    this.limit = parts.limit;
    this.kernel = parts.kernel;
    this.agenda = parts.agenda;
    this.random = parts.random;
    this.flavour = parts.flavour;
    this.leak = (process) => this.kernel.connect(process, this.peer());
  }

  /** A peer of this service alone, at the port of a database unless another is named. */
  peer(port = 3306): string {
    return `10.1.${this.number >> 8}.${this.number & 255}:${port}`;
  }

  /** Where this service listens, and the address of a connection that it accepted there. */
  get listening(): { readonly listener: string; readonly accepted: string } {
    const port = 2000 + this.number;
    return { listener: `0.0.0.0:${port}`, accepted: `10.0.0.1:${port}` };
  }

  /** Within a range, by the distribution of the flavour. */
  draw(low: number, high: number): number {
    return this.flavour.parameter(this.random, low, high);
  }

  drawWhole(low: number, high: number): number {
    return Math.round(this.draw(low, high));
  }

  start(body: Body): SimulatedProcess {
    const process = this.kernel.start(this.name, this.limit);
    this.processes.push(process);
    for (const link of ["/dev/null", "pipe:[1]", "pipe:[2]", "anon_inode:[eventpoll]"])
      this.kernel.openLink(process, link);
    body(this, process);
    return process;
  }

  end(process: SimulatedProcess): void {
    this.processes = this.processes.filter((other) => other !== process);
    this.kernel.end(process);
  }

  /** Does it now and again and again, `gap` seconds apart, while the process lives. */
  repeat(process: SimulatedProcess, gap: () => number, act: () => void): void {
    this.agenda.after(gap(), () => {
      if (!process.alive) return;
      act();
      this.repeat(process, gap, act);
    });
  }

  after(process: SimulatedProcess, seconds: number, act: () => void): void {
    this.agenda.after(seconds, () => {
      if (process.alive) act();
    });
  }
}
