import { arrivals, diurnal, hold, keepUsed } from "./parts.ts";
import type { Descriptor } from "./simulated-process.ts";
import type { Body, Stage } from "./stage.ts";

const HOUR = 3600;

/** A file of the service that is opened and forgotten: an upload, a report. */
function leaksFiles(stage: Stage, folder: string): void {
  let count = 0;
  stage.leak = (process) => stage.kernel.openLink(process, `${folder}/${stage.name}-report-${count++}.csv`);
}

/** Some hundreds of things are opened within seconds, worked on, and closed together. */
export const batch: Body = (stage, process) => {
  const files = stage.random.chance(0.5);
  if (files) leaksFiles(stage, "/srv/batch");
  const size = stage.drawWhole(50, 500);
  const within = stage.draw(0.5, 20);
  stage.repeat(
    process,
    () => stage.draw(600, 6 * HOUR),
    () => {
      const works = within + stage.draw(2, 600);
      for (let at = 0; at < size; at++) {
        const open = (): Descriptor | null =>
          files
            ? stage.kernel.openLink(process, `/srv/batch/part-${at}.csv`)
            : stage.kernel.connect(process, stage.peer());
        const opens = stage.random.between(0, within);
        stage.after(process, opens, () => hold(stage, open, works - opens));
      }
    },
  );
};

/** Log files that are opened anew under the same name every so often. */
export const logRotation: Body = (stage, process) => {
  leaksFiles(stage, "/var/log/app");
  const files = stage.drawWhole(3, 40);
  const lingers = stage.draw(0.01, 60);
  const open = (at: number): Descriptor | null =>
    stage.kernel.openLink(process, `/var/log/app/${stage.name}-${at}.log`);
  let logs = Array.from({ length: files }, (_, at) => open(at));
  const period = stage.draw(600, 24 * HOUR);
  stage.repeat(
    process,
    () => period,
    () => {
      const old = logs;
      logs = old.map((_, at) => open(at));
      stage.after(process, lingers, () => old.forEach((one) => one !== null && stage.kernel.close(one)));
    },
  );
};

/** Keeps every segment open until its retention is over or a merge makes one of many. */
export const segmentStore: Body = (stage, process) => {
  const folder = `/var/lib/${stage.name}/orders-0`;
  leaksFiles(stage, `/var/lib/${stage.name}/exports`);
  const kafka = stage.random.chance(0.5);
  const retention = stage.draw(2 * HOUR, 48 * HOUR);
  const merges = stage.random.whole(4, 10);
  const rolls = stage.draw(20, 900);
  let next = stage.random.whole(1, 100_000);
  let young: Descriptor[] = [];
  const open = (name: string): Descriptor | null => stage.kernel.openLink(process, `${folder}/${name}`);
  stage.repeat(
    process,
    () => stage.random.exponential(rolls),
    () => {
      next += kafka ? 10_000 : 1;
      const names = kafka
        ? ["log", "index", "timeindex"].map((kind) => `${String(next).padStart(20, "0")}.${kind}`)
        : [`${String(next).padStart(6, "0")}.sst`];
      for (const name of names) {
        const opened = open(name);
        if (opened === null) continue;
        if (kafka) stage.agenda.after(retention, () => stage.kernel.close(opened));
        else young.push(opened);
      }
      if (kafka || young.length < merges) return;
      for (const one of young) stage.kernel.close(one);
      young = [];
      const merged = open(`${String(++next).padStart(6, "0")}.sst`);
      if (merged !== null) stage.agenda.after(retention, () => stage.kernel.close(merged));
    },
  );
};

/** Takes a job, opens what it needs at its beginning and gives all of it back at its end, and takes the next. */
export const queueWorker: Body = (stage, process) => {
  const broker = stage.kernel.connect(process, stage.peer(5672));
  if (broker !== null) keepUsed(stage, broker, stage.draw(1, 20));
  const lifetimes = stage.flavour.lifetimes(stage.random, stage.draw(5, 240));
  const most = stage.drawWhole(2, 40);
  const pauses = stage.draw(0.1, 60);
  const work = (): void => {
    const works = Math.min(HOUR, 2 + lifetimes());
    const needs = stage.random.whole(1, most);
    for (let at = 0; at < needs; at++) {
      const opens = stage.random.between(0, Math.min(works, 15));
      const open = (): Descriptor | null =>
        at % 3 === 0
          ? stage.kernel.openLink(process, `/srv/queue/job-${at}.tmp`)
          : stage.kernel.connect(process, stage.peer());
      stage.after(process, opens, () => hold(stage, open, works - opens));
    }
    stage.after(process, works + stage.random.exponential(pauses), work);
  };
  work();
};

/** Serves files: most downloads take seconds, some an hour. */
export const fileServer: Body = (stage, process) => {
  leaksFiles(stage, "/srv/files");
  const mean = stage.draw(0.05, 1.5);
  const lifetimes = stage.flavour.lifetimes(stage.random, stage.draw(1, 60));
  arrivals(stage, process, diurnal(stage, mean), 2 * mean, () => {
    const name = `/srv/files/${stage.random.whole(1, 500)}.iso`;
    hold(stage, () => stage.kernel.openLink(process, name), Math.min(HOUR, lifetimes()));
  });
};
