import { arrivals, diurnal, hold, keepUsed } from "./parts.ts";
import type { Body, Stage } from "./stage.ts";

const HOUR = 3600;

/** A request of a worker: a connection of its own, for a moment. */
const worker: Body = (stage, process) => {
  const link = stage.kernel.connect(process, stage.peer());
  if (link !== null) keepUsed(stage, link, 5);
  const mean = stage.draw(0.02, 0.4);
  const lifetimes = stage.flavour.lifetimes(stage.random, stage.draw(0.05, 4));
  arrivals(stage, process, diurnal(stage, mean), 2 * mean, () =>
    hold(stage, () => stage.kernel.connect(process, stage.peer(8080)), lifetimes()),
  );
};

/** Workers that end after so many requests and are replaced one by one, under a master that stays. */
export const workerRecycling: Body = (stage, master) => {
  const lives = stage.draw(120, HOUR);
  const replace = (): void => {
    const process = stage.start(worker);
    stage.after(process, lives * stage.random.between(0.5, 1.5), () => {
      stage.end(process);
      if (master.alive) replace();
    });
  };
  for (let count = stage.random.whole(2, 8); count > 0; count--) replace();
};

/** Short programs that a timer starts, and what the service itself does at the full minute or hour. */
export const cronBursts: Body = (stage, process) => {
  const period = stage.random.pick([60, 300, 600, HOUR]);
  const works = stage.draw(0.5, 50);
  const opens = stage.drawWhole(3, 60);
  const asProcess = stage.random.chance(0.5);
  const job: Body = (_, runs) => {
    for (let at = 0; at < opens; at++) {
      const open = () =>
        at % 2 === 0
          ? stage.kernel.openLink(runs, `/var/spool/job-${at}`)
          : stage.kernel.connect(runs, stage.peer());
      hold(stage, open, works * stage.random.between(0.3, 1));
    }
  };
  stage.repeat(
    process,
    () => period,
    () => {
      if (!asProcess) return job(stage, process);
      const started = stage.start(job);
      stage.after(started, works, () => stage.end(started));
    },
  );
};

/** Ends and starts again every few hours, and opens what it had. */
export const restarts: Body = (stage, process) => {
  opensAtStart(stage, process);
  stage.after(process, stage.draw(900, 8 * HOUR), () => {
    stage.end(process);
    stage.agenda.after(stage.draw(0.5, 20), () => stage.start(restarts));
  });
};

/** A new version starts beside the old one, which works off what it has and ends. */
export const deploys: Body = (stage, process) => {
  opensAtStart(stage, process);
  stage.after(process, stage.draw(HOUR, 24 * HOUR), () => {
    stage.start(deploys);
    stage.after(process, stage.draw(5, 120), () => stage.end(process));
  });
};

/** Files, a few connections that stay, and requests. */
const opensAtStart: Body = (stage, process) => {
  const files = stage.drawWhole(20, 200);
  for (let at = 0; at < files; at++) {
    stage.after(process, stage.random.between(0, 15), () =>
      stage.kernel.openLink(process, `/opt/${stage.name}/lib-${at}.jar`),
    );
  }
  const connections = stage.drawWhole(3, 30);
  for (let at = 0; at < connections; at++) {
    stage.after(process, stage.random.between(0, 30), () => {
      const opened = stage.kernel.connect(process, stage.peer());
      if (opened !== null) keepUsed(stage, opened, 4);
    });
  }
  worker(stage, process);
};

/** A service of one process whose requests pass to a backend: what leaks in the reference cases. */
export const busyServer: Body = (stage: Stage, process) => {
  const lifetimes = stage.flavour.lifetimes(stage.random, stage.draw(0.05, 2));
  arrivals(
    stage,
    process,
    () => 100,
    100,
    () => hold(stage, () => stage.kernel.connect(process, stage.peer()), lifetimes()),
  );
};
