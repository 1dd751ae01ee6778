import { arrivals, DemandPool, diurnal, hold, keepUsed, served } from "./parts.ts";
import type { Descriptor, SimulatedProcess } from "./simulated-process.ts";
import type { Body, Stage } from "./stage.ts";

const HOUR = 3600;

/** A pool that opens its size one after another from its start on, and replaces each connection when it is old. */
export const poolFilling: Body = (stage, process) => {
  const size = stage.drawWhole(5, 200);
  const fill = size <= 30 ? stage.draw(1, 300) : stage.draw(1, 60);
  const usedEvery = stage.draw(0.5, 60);
  const life = stage.random.chance(0.6) ? stage.draw(600, 2 * HOUR) : Infinity;
  const member = (): void => {
    const opened = stage.kernel.connect(process, stage.peer());
    if (opened === null) return;
    keepUsed(stage, opened, usedEvery);
    if (life === Infinity) return;
    stage.after(process, life * stage.random.between(0.9, 1), () => {
      stage.kernel.close(opened);
      member();
    });
  };
  for (let at = 0; at < size; at++) stage.after(process, (at / size) * fill, member);
};

/** Demand rises to several times its base within minutes, stays for hours and falls again. */
export const trafficRamp: Body = (stage, process) => {
  const base = stage.draw(0.05, 1);
  const factor = stage.random.between(2, 10);
  const rise = stage.draw(300, HOUR);
  const stay = stage.draw(HOUR, 5 * HOUR);
  const rest = stage.draw(HOUR, 8 * HOUR);
  const period = 2 * rise + stay + rest;
  const rate = (second: number): number => {
    const at = second % period;
    const up = Math.min(1, Math.max(0, (at - rest) / rise), Math.max(0, (period - at) / rise));
    return base * (1 + (factor - 1) * up);
  };
  const lifetime = stage.flavour.lifetimes(stage.random, stage.draw(0.05, 15));
  served(stage, process, { rate, most: base * factor, lifetime, peer: stage.peer() });
};

/** Connections of milliseconds, thousands of which stand in TIME_WAIT. */
export const shortConnections: Body = (stage, process) => {
  const rate = diurnal(stage, stage.draw(5, 80));
  const lifetime = stage.draw(0.005, 0.1);
  stage.repeat(
    process,
    () => 1,
    () => {
      const count = rate(stage.kernel.second);
      const { random } = stage;
      const now = Math.max(0, Math.round(count + Math.sqrt(count) * random.normal()));
      stage.kernel.passBy("outbound", stage.peer(), now);
      // Some are open at the moment of a look.
      const seen = Math.floor(random.exponential(now * lifetime));
      for (let at = 0; at < seen; at++)
        hold(stage, () => stage.kernel.connect(process, stage.peer()), lifetime);
    },
  );
};

/** Connections that only the garbage collector closes: they pile up between two of its runs. */
export function garbageCollected(shortest: number, longest: number): Body {
  return (stage, process) => {
    const rate = stage.draw(0.1, 10);
    const period = stage.draw(shortest, longest);
    const closedProperly = stage.random.between(0, 0.7);
    let garbage: Descriptor[] = [];
    arrivals(
      stage,
      process,
      () => rate,
      rate,
      () => {
        const opened = stage.kernel.connect(process, stage.peer());
        if (opened === null) return;
        if (stage.random.chance(closedProperly)) stage.after(process, 0.2, () => stage.kernel.close(opened));
        else garbage.push(opened);
      },
    );
    stage.repeat(
      process,
      () => Math.min(longest, Math.max(shortest / 2, period * stage.random.between(0.7, 1.3))),
      () => {
        for (const opened of garbage) stage.kernel.close(opened);
        garbage = [];
      },
    );
  };
}

/** The load jumps to a multiple of itself from one second to the next, and back after an hour or so. */
export const loadStep: Body = (stage, process) => {
  const base = stage.draw(0.05, 1.5);
  const factor = stage.random.between(2, 10);
  const stay = stage.draw(600, 4 * HOUR);
  const rest = stage.draw(HOUR, 10 * HOUR);
  const rate = (second: number): number => (second % (stay + rest) < rest ? base : base * factor);
  const lifetime = stage.flavour.lifetimes(stage.random, stage.draw(0.05, 20));
  served(stage, process, { rate, most: base * factor, lifetime, peer: stage.peer() });
};

/** The peer goes away for a while: what is open to it is closed, tried again and again, and comes back in one storm. */
export const reconnectStorm: Body = (stage, process) => {
  const size = stage.drawWhole(10, 300);
  const within = stage.draw(1, 20);
  const usedEvery = stage.draw(0.5, 30);
  const pool: Descriptor[] = [];
  const connectAll = (): void => {
    for (let at = 0; at < size; at++) {
      stage.after(process, stage.random.between(0, within), () => {
        const opened = stage.kernel.connect(process, stage.peer());
        if (opened === null) return;
        pool.push(opened);
        keepUsed(stage, opened, usedEvery);
      });
    }
  };
  connectAll();
  stage.repeat(
    process,
    () => within + stage.draw(2 * HOUR, 12 * HOUR),
    () => {
      const down = stage.draw(5, 60);
      for (const opened of pool.splice(0)) {
        stage.kernel.change(opened, "CLOSE_WAIT");
        stage.after(process, stage.random.exponential(1), () => stage.kernel.close(opened));
      }
      for (let at = 1; at < down; at++)
        stage.after(process, at, () =>
          stage.kernel.passBy("outbound", stage.peer(), Math.ceil(size * stage.random.between(0.1, 1))),
        );
      stage.after(process, down, connectAll);
    },
  );
};

/** Requests of which each holds a connection for ten and more times as long while a peer is slow. */
export const slowDowns: Body = (stage, process) => {
  const rate = stage.draw(0.15, 5);
  const lifetime = stage.flavour.lifetimes(stage.random, stage.draw(0.1, 3));
  const factor = stage.random.between(8, 15);
  let slow = 1;
  stage.repeat(
    process,
    () => stage.draw(HOUR, 8 * HOUR),
    () => {
      slow = factor;
      stage.after(process, stage.draw(60, 900), () => (slow = 1));
    },
  );
  served(stage, process, {
    rate: () => rate,
    most: rate,
    lifetime: () => lifetime() * slow,
    peer: stage.peer(),
  });
};

/** A day's load, with some requests that take very much longer than most. */
export const heavyTails: Body = (stage, process) => {
  const mean = stage.draw(0.05, 2);
  const [lifetimeMean, shape] = [stage.draw(2, 60), stage.random.between(1.5, 2.5)];
  const lifetime = (): number => Math.min(HOUR, stage.random.pareto(lifetimeMean, shape));
  served(stage, process, { rate: diurnal(stage, mean), most: 2 * mean, lifetime, peer: stage.peer() });
};

/** An HTTP client that keeps connections for some seconds, should there be another request. */
export const keepAlivePool: Body = (stage, process) => {
  const pool = new DemandPool(stage, process, {
    peer: stage.peer(443),
    most: stage.drawWhole(20, 200),
    kept: stage.drawWhole(5, 100),
    idleSeconds: stage.draw(4, 90),
    lifeSeconds: stage.random.chance(0.5) ? stage.draw(60, HOUR) : Infinity,
  });
  demand(stage, process, pool, stage.draw(0.05, 3), stage.draw(0.05, 5));
};

/** A database pool that may open ten more than its size under load, and closes those when they come back. */
export const overflowingPool: Body = (stage, process) => {
  const size = stage.drawWhole(5, 20);
  const pool = new DemandPool(stage, process, {
    peer: stage.peer(5432),
    most: size + 10,
    kept: size,
    idleSeconds: Infinity,
    lifeSeconds: stage.random.chance(0.7) ? stage.draw(900, HOUR) : Infinity,
  });
  demand(stage, process, pool, stage.draw(0.2, 4), stage.draw(0.02, 3));
};

function demand(
  stage: Stage,
  process: SimulatedProcess,
  pool: DemandPool,
  mean: number,
  seconds: number,
): void {
  const works = stage.flavour.lifetimes(stage.random, seconds);
  arrivals(stage, process, diurnal(stage, mean), 2 * mean, () => pool.request(works()));
}
