import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { startFlaskMysql, type FlaskMysql, type FlaskMysqlCounts } from "../../lab/flask-mysql/start.ts";
import type { VerdictEvent } from "../../src/model/events.ts";
import { needs } from "../needs.ts";
import { descry, eventsOf, type Ended } from "./descry.ts";

const PACKAGES = ["mariadb-server", "gunicorn", "python3-flask", "python3-sqlalchemy", "python3-pymysql"];
const LIMIT = 4096;

describe("flask-mysql, the incident", { skip: needs(...PACKAGES) }, () => {
  const labs: FlaskMysql[] = [];
  let folder = "";
  const checked = new Map<string, Ended>();
  let whole: Ended;
  let recorded: Ended;
  let [countedFirst, countedLast]: (FlaskMysqlCounts | undefined)[] = [];
  let beganAt = 0;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "descry-e2e-"));
    for (const mode of ["leak", "churn", "healthy", "overflow"] as const)
      labs.push(await startFlaskMysql({ mode, limit: LIMIT }));
    const leak = labs[0] as FlaskMysql;
    countedFirst = await leak.counts();
    beganAt = Date.now();
    const leakPid = String(leak.pids.gunicornWorker);
    const runs = labs.map(async ({ mode, pids }) => {
      checked.set(mode, await descry("check", "--pid", String(pids.gunicornWorker), "--json"));
      if (mode === "leak") countedLast = await leak.counts();
    });
    const everything = descry("watch", "--json", "--for", "150s").then((ended) => (whole = ended));
    const recording = descry(
      "record",
      "--pid",
      leakPid,
      "--json",
      "--for",
      "125s",
      "-o",
      join(folder, "leak.descry"),
    );
    await Promise.all([...runs, everything, recording.then((ended) => (recorded = ended))]);
  });

  after(async () => {
    await Promise.all(labs.map((lab) => lab.stop()));
    await rm(folder, { recursive: true, force: true });
  });

  const verdicts = (ended: Ended, standing: VerdictEvent["standing"]): VerdictEvent[] =>
    eventsOf(ended).filter(
      (event) => event.type === "verdict" && event.standing === standing,
    ) as VerdictEvent[];

  const summariesOf = (ended: Ended): string[] =>
    eventsOf(ended).map((event) => `${event.at} ${"summary" in event ? event.summary : event.type}`);

  it("check suspects the leak within 60 s and is critical within 120 s, naming rule and database", () => {
    const ended = checked.get("leak") as Ended;
    assert.equal(ended.code, 2, ended.stderr);
    assert.ok(ended.seconds <= 120, `${ended.seconds} s`);
    const [suspect] = verdicts(ended, "suspect");
    assert.ok(suspect !== undefined && Date.parse(suspect.at) - beganAt <= 60_000, "suspected too late");
    const [verdict] = verdicts(ended, "confirmed");
    assert.equal(verdict?.rule, "unclosed-connection");
    assert.equal(verdict?.subject.peer, labs[0]?.database);
    assert.match(ended.stderr, /^DESCRY CRITICAL - .+ \| .+$/m);
  });

  it("tells the rate within 10 % of the lab's own count, and the end within 20 % of the truth", () => {
    const [verdict] = verdicts(checked.get("leak") as Ended, "confirmed");
    assert.ok(verdict !== undefined && countedFirst !== undefined && countedLast !== undefined);
    const truth =
      ((countedLast.leaked - countedFirst.leaked) / (countedLast.seconds - countedFirst.seconds)) * 60;
    const net = verdict.netPerMinute ?? 0;
    assert.ok(Math.abs(net - truth) <= 0.1 * truth, `${net} a minute; the lab counts ${truth}`);
    const left = (Date.parse(verdict.runway?.exhaustedAt?.p50 ?? "") - Date.parse(verdict.at)) / 60_000;
    const trueLeft = (LIMIT - verdict.open) / truth;
    assert.ok(Math.abs(left - trueLeft) <= 0.2 * trueLeft, `${left} min left; in truth ${trueLeft}`);
  });

  it("names the database server as the other end and does not accuse it", () => {
    const mine = verdicts(whole, "confirmed").filter(({ subject }) => subject.peer === labs[0]?.database);
    assert.deepEqual(
      mine.map(({ rule }) => rule),
      ["unclosed-connection"],
      `told instead: ${summariesOf(whole).join("\n")}`,
    );
    assert.deepEqual(mine[0]?.alsoAffected, [{ service: "mariadbd", as: "other end" }]);
    assert.equal(mine[0]?.subject.product, "MySQL");
    const accused = eventsOf(whole).filter(
      (event) => event.type === "verdict" && event.service === "mariadbd",
    );
    assert.deepEqual(accused, []);
  });

  for (const mode of ["churn", "healthy", "overflow"]) {
    it(`exits 0 on ${mode}`, () => {
      const ended = checked.get(mode) as Ended;
      assert.equal(ended.code, 0, summariesOf(ended).join("\n"));
    });
  }

  it("has seen thousands of TIME_WAIT meanwhile, and said that they hold no open files", () => {
    const [verdict] = verdicts(checked.get("leak") as Ended, "confirmed");
    const told = /The ([\d,]+) TIME_WAIT sockets hold no open files/.exec(verdict?.summary ?? "");
    assert.ok(Number(told?.[1]?.replaceAll(",", "")) >= 2000, verdict?.summary);
  });

  it("judges a recording of it as it was judged live, event for event", async () => {
    assert.equal(recorded.code, 0, recorded.stderr);
    const live = eventsOf(recorded).filter(({ type }) => type !== "summary");
    const replayed = await descry("replay", "--json", join(folder, "leak.descry"));
    assert.equal(replayed.code, 2);
    assert.deepEqual(
      eventsOf(replayed).filter(({ type }) => type !== "summary"),
      live,
    );
    assert.ok(live.some((event) => event.type === "verdict" && event.standing === "confirmed"));
  });
});
