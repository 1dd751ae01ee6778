/** What is due and when, in simulated seconds: a second in which nothing is due costs nothing. A binary heap. */
export class Agenda {
  readonly #times: number[] = [];
  readonly #acts: (() => void)[] = [];
  now = 0;

  /** Nothing is due before now: what should have been is due now. */
  at(time: number, act: () => void): void {
    const due = Math.max(time, this.now);
    let place = this.#times.length;
    this.#times.push(due);
    this.#acts.push(act);
    while (place > 0) {
      const parent = (place - 1) >> 1;
      if ((this.#times[parent] as number) <= due) break;
      this.#set(place, this.#times[parent] as number, this.#acts[parent] as () => void);
      place = parent;
    }
    this.#set(place, due, act);
  }

  after(seconds: number, act: () => void): void {
    this.at(this.now + seconds, act);
  }

  /** Does everything that is due until then, in order of time. */
  runUntil(time: number): void {
    while (this.#times.length > 0 && (this.#times[0] as number) <= time) {
      const act = this.#acts[0] as () => void;
      this.now = this.#times[0] as number;
      this.#dropFirst();
      act();
    }
    this.now = time;
  }

  #dropFirst(): void {
    const time = this.#times.pop() as number;
    const act = this.#acts.pop() as () => void;
    const size = this.#times.length;
    if (size === 0) return;
    let place = 0;
    for (;;) {
      let child = 2 * place + 1;
      if (child >= size) break;
      if (child + 1 < size && (this.#times[child + 1] as number) < (this.#times[child] as number)) child++;
      if ((this.#times[child] as number) >= time) break;
      this.#set(place, this.#times[child] as number, this.#acts[child] as () => void);
      place = child;
    }
    this.#set(place, time, act);
  }

  #set(place: number, time: number, act: () => void): void {
    this.#times[place] = time;
    this.#acts[place] = act;
  }
}
