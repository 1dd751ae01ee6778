import { arrivals, diurnal, hold, keepUsed } from "./parts.ts";
import type { Descriptor, SimulatedProcess } from "./simulated-process.ts";
import type { Body, Stage } from "./stage.ts";

const HOUR = 3600;

/** A client's connection; when the other side has closed it, this one follows some seconds later. */
function client(
  stage: Stage,
  process: SimulatedProcess,
  { usedEvery, lifetime, lingers }: { usedEvery: number; lifetime: number; lingers: number },
): Descriptor | null {
  const opened = stage.kernel.accept(process, stage.listening.accepted);
  if (opened === null) return null;
  keepUsed(stage, opened, usedEvery);
  stage.after(process, lifetime, () => {
    stage.kernel.change(opened, "CLOSE_WAIT");
    stage.after(process, lingers, () => stage.kernel.close(opened));
  });
  return opened;
}

/** A server leaves clients open that went away, or connections to a backend. */
function leaksAsServer(stage: Stage): void {
  const asClosed = stage.random.chance(0.5);
  stage.leak = (process) => {
    if (!asClosed) return stage.kernel.connect(process, stage.peer());
    const opened = stage.kernel.accept(process, stage.listening.accepted);
    if (opened !== null)
      stage.after(process, stage.random.exponential(3), () => stage.kernel.change(opened, "CLOSE_WAIT", 1));
    return opened;
  };
}

/** Hundreds of clients that stay connected and rest most of the time; a few come and go. */
export const idleKeepAlive: Body = (stage, process) => {
  leaksAsServer(stage);
  stage.kernel.listen(process, stage.listening.listener);
  const clients = stage.drawWhole(200, 1000);
  const within = stage.draw(5, 300);
  const usedEvery = stage.draw(20, 120);
  const lifetimes = stage.flavour.lifetimes(stage.random, stage.draw(2 * HOUR, 24 * HOUR));
  const connect = (): void => {
    const lifetime = 60 + lifetimes();
    client(stage, process, { usedEvery, lifetime, lingers: 0.1 });
    stage.after(process, lifetime + stage.random.exponential(30), connect);
  };
  for (let at = 0; at < clients; at++) stage.after(process, stage.random.between(0, within), connect);
};

/** Clients that stay for minutes to hours, and sockets that are given back some seconds after they left. */
export const slowWebsockets: Body = (stage, process) => {
  leaksAsServer(stage);
  stage.kernel.listen(process, stage.listening.listener);
  const stays = stage.draw(120, HOUR);
  const mean = stage.drawWhole(20, 400) / stays;
  const lifetimes = stage.flavour.lifetimes(stage.random, stays);
  const usedEvery = stage.draw(5, 30);
  const lingers = stage.draw(0.5, 12);
  arrivals(stage, process, diurnal(stage, mean), 2 * mean, () => {
    client(stage, process, { usedEvery, lifetime: lifetimes(), lingers: lingers * stage.random.uniform() });
  });
};

/** Subscribers arrive for days and hardly any leaves. */
export const growingSubscribers: Body = (stage, process) => {
  leaksAsServer(stage);
  stage.kernel.listen(process, stage.listening.listener);
  const mean = stage.draw(0.2, 4) / 60;
  const lifetimes = stage.flavour.lifetimes(stage.random, 96 * HOUR);
  const usedEvery = stage.draw(15, 60);
  arrivals(stage, process, diurnal(stage, mean), 2 * mean, () => {
    client(stage, process, { usedEvery, lifetime: 600 + lifetimes(), lingers: 0.1 });
  });
};

/** Others ask how it is every few seconds, it asks its backends, and now and then one does not answer in time. */
export const healthChecks: Body = (stage, process) => {
  stage.kernel.listen(process, stage.listening.listener);
  const checkers = stage.random.whole(1, 6);
  for (let at = 0; at < checkers; at++) {
    const period = stage.draw(2, 30);
    const inbound = stage.random.chance(0.5);
    const open = (): Descriptor | null =>
      inbound
        ? stage.kernel.accept(process, stage.listening.accepted)
        : stage.kernel.connect(process, stage.peer(8080));
    const timeout = stage.draw(1, 20);
    stage.repeat(
      process,
      () => period,
      () => hold(stage, open, stage.random.chance(0.02) ? timeout : stage.random.exponential(0.05)),
    );
  }
};
