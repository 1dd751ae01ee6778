import { poisson, type Opened, type SimulatedHost } from "./simulated-host.ts";

/** What a simulated program does in each second. */
export type Program = (host: SimulatedHost, random: () => number) => void;

const DATABASE = "10.0.0.2:3306";

/** Keeps what it opened, and gives back what is due. */
class Holder {
  readonly #open: { readonly opened: Opened; readonly until: number }[] = [];

  hold(opened: Opened, seconds: number): void {
    this.#open.push({ opened, until: opened.openedAt + seconds });
  }

  giveBack(host: SimulatedHost, due: (until: number) => boolean = (until) => until <= host.second): void {
    for (let at = this.#open.length - 1; at >= 0; at--) {
      const { opened, until } = this.#open[at] as { opened: Opened; until: number };
      if (!due(until)) continue;
      host.close(opened);
      this.#open.splice(at, 1);
    }
  }
}

/** Leaks a connection every 60 / rate seconds. */
export function evenLeak(rate: number): Program {
  let owed = 0;
  return (host) => {
    for (owed += rate / 60; owed >= 1; owed--) host.connect(DATABASE);
  };
}

export function poissonLeak(rate: number): Program {
  return (host, random) => {
    for (let count = poisson(rate / 60, random); count > 0; count--) host.connect(DATABASE);
  };
}

/** Requests of `lifetime` seconds (exponential) at `perSecond(t)`: what a server without leaks does. */
export function served(perSecond: (second: number) => number, lifetime: number): Program {
  const holder = new Holder();
  return (host, random) => {
    holder.giveBack(host);
    for (let count = poisson(perSecond(host.second), random); count > 0; count--) {
      holder.hold(host.connect(DATABASE), -Math.log(1 - random()) * lifetime);
    }
  };
}

/** Leaks under a load of healthy short connections that swings. */
export function leakUnderLoad(rate: number): Program {
  const load = served((second) => 5 + 4 * Math.sin(second / 60), 3);
  const leak = poissonLeak(rate);
  return (host, random) => {
    load(host, random);
    leak(host, random);
  };
}

/** Fills up to `size`, one after another over `seconds`, and stays. */
export function pool(size: number, seconds: number): Program {
  let open = 0;
  return (host) => {
    while (open < size && open < (host.second / seconds) * size) {
      host.connect(DATABASE);
      open++;
    }
  };
}

/** A pool that was full before anybody looked, and replaces each connection at the end of its life, evenly spread. */
export function recyclingPool(size: number, lifetime: number): Program {
  const members: Opened[] = [];
  return (host) => {
    while (members.length < size) members.push(host.connect(DATABASE));
    for (
      let owed =
        Math.floor((host.second * size) / lifetime) - Math.floor(((host.second - 1) * size) / lifetime);
      owed > 0;
      owed--
    ) {
      if (host.second === 0) return;
      host.close(members.shift() as Opened);
      members.push(host.connect(DATABASE));
    }
  };
}

/** One program until a second, another from then on. */
export function changing(first: Program, second: number, next: Program): Program {
  return (host, random) => (host.second < second ? first : next)(host, random);
}

/** Opens and closes nothing. */
export const idle: Program = () => {};

/** Healthy short connections to one peer, and from a second on a leak to a new address on the same port each time. */
export function leakToManyPeers(rate: number, from: number): Program {
  const load = served(() => 2, 25);
  let owed = 0;
  let peer = 0;
  return (host, random) => {
    load(host, random);
    if (host.second < from) return;
    for (owed += rate / 60; owed >= 1; owed--) host.connect(`10.1.${peer >> 8}.${peer++ & 255}:3306`);
  };
}

/** Connections of three seconds, each to an address never met before. */
export function crawler(perSecond: number): Program {
  const holder = new Holder();
  let peer = 0;
  return (host) => {
    holder.giveBack(host);
    for (let count = 0; count < perSecond; count++, peer++) {
      holder.hold(host.connect(`10.${(peer >> 16) & 255}.${(peer >> 8) & 255}.${peer & 255}:443`), 3);
    }
  };
}

/** Opens evenly and gives all back at the end of each period, as a garbage collector or a batch does. */
export function sawtooth(rate: number, period: number): Program {
  const holder = new Holder();
  let owed = 0;
  return (host) => {
    if (host.second % period === 0) holder.giveBack(host, () => true);
    for (owed += rate / 60; owed >= 1; owed--) holder.hold(host.connect(DATABASE), Infinity);
  };
}

export function burst(count: number, seconds: number): Program {
  let opened = 0;
  return (host) => {
    while (opened < count && opened < (host.second / seconds) * count) {
      host.connect(DATABASE);
      opened++;
    }
  };
}

const EVENTFD = "anon_inode:[eventfd]";
const EVENTPOLL = "anon_inode:[eventpoll]";

/** Leaks a client at random times: a connection, its eventfd and its eventpoll, as a Java HttpClient is left behind. */
export function clientLeak(rate: number): Program {
  return (host, random) => {
    for (let count = poisson(rate / 60, random); count > 0; count--) {
      host.connect(DATABASE);
      host.openLink(EVENTFD);
      host.openLink(EVENTPOLL);
    }
  };
}

/** Leaks a worker at random times: both ends of two pipes, an eventfd and an eventpoll, as Node's are left behind. */
export function workerLeak(rate: number): Program {
  return (host, random) => {
    for (let count = poisson(rate / 60, random); count > 0; count--) {
      for (const end of [0, 0, 1, 1]) {
        const inode = 1e6 + host.open - end;
        host.openLink(`pipe:[${inode}]`, inode);
      }
      host.openLink(EVENTFD);
      host.openLink(EVENTPOLL);
    }
  };
}

/** Two leaks of one service that have nothing to do with each other. */
export function twoLeaks(connections: number, files: number, filesFrom: number): Program {
  return (host, random) => {
    for (let count = poisson(connections / 60, random); count > 0; count--) host.connect(DATABASE);
    if (host.second < filesFrom) return;
    for (let count = poisson(files / 60, random); count > 0; count--)
      host.openLink(`/var/tmp/upload-${host.open}`);
  };
}

/** Clients arrive and stay, and the server opens an eventfd for each: as healthy as a chat server on its first day. */
export function arrivingClients(rate: number): Program {
  return (host, random) => {
    if (host.second === 0) host.listen("0.0.0.0:8080");
    for (let count = poisson(rate / 60, random); count > 0; count--) {
      host.accept("10.0.0.1:8080");
      host.openLink(EVENTFD);
    }
  };
}
