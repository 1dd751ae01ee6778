import { ProcessesHost, type Programs, type Worker } from "./many-processes.ts";
import { poisson, type Opened } from "./simulated-host.ts";

const DATABASE = "10.0.0.2:3306";

/** A master that serves nothing, and workers that do, each as `work` has it; ended and replaced after `lifetime` seconds. */
export function workersOf(
  count: number,
  lifetime: number,
  work: (worker: Worker, host: ProcessesHost, random: () => number) => void,
): Programs {
  const ends = new Map<Worker, number>();
  let master: Worker | null = null;
  const begin = (host: ProcessesHost, share: number): void => {
    const worker = host.start();
    // At first they are of all ages, so that they are not all replaced at once.
    ends.set(worker, host.second + share * lifetime);
  };
  return (host, random) => {
    master ??= host.start();
    if (ends.size === 0) for (let place = 1; place <= count; place++) begin(host, place / count);
    for (const [worker, end] of ends) {
      if (host.second < end) continue;
      host.end(worker);
      ends.delete(worker);
      begin(host, 0.9 + 0.2 * random());
    }
    for (const worker of ends.keys()) work(worker, host, random);
  };
}

/** Leaks `perMinute` connections, at random times. */
export function leaky(perMinute: number) {
  return (worker: Worker, _host: ProcessesHost, random: () => number): void => {
    for (let count = poisson(perMinute / 60, random); count > 0; count--) worker.connect(DATABASE);
  };
}

/** Each worker opens a log and fills a pool of so many in its first `seconds`, and keeps both. */
export function pooled(size: number, seconds: number) {
  return (worker: Worker, host: ProcessesHost): void => {
    const age = host.second - worker.startedAt;
    if (age === 0) worker.openFile("/var/log/app.log");
    while (worker.open - 1 < Math.min(size, (age / seconds) * size)) worker.connect(DATABASE);
  };
}

/** Connections to the same peer of `lifetime` seconds (exponential), `perMinute` of them. */
export function busy(perMinute: number, lifetime: number) {
  const held = new Map<Worker, { readonly opened: Opened; readonly until: number }[]>();
  return (worker: Worker, host: ProcessesHost, random: () => number): void => {
    const open = held.get(worker) ?? [];
    held.set(worker, open);
    for (let at = open.length - 1; at >= 0; at--) {
      if ((open[at]?.until ?? Infinity) > host.second) continue;
      for (const { opened } of open.splice(at, 1)) worker.close(opened);
    }
    for (let count = poisson(perMinute / 60, random); count > 0; count--)
      open.push({ opened: worker.connect(DATABASE), until: host.second - Math.log(1 - random()) * lifetime });
  };
}

export { DATABASE };
