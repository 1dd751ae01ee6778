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
  /** What each lab counted before it was checked and after it, by its mode. */
  const counted = new Map<string, { readonly first: FlaskMysqlCounts; readonly last: FlaskMysqlCounts }>();
  let beganAt = 0;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "descry-e2e-"));
    for (const mode of ["leak", "churn", "healthy", "overflow"] as const)
      labs.push(await startFlaskMysql({ mode, limit: LIMIT }));
    const leak = labs[0] as FlaskMysql;
    beganAt = Date.now();
    const leakPid = String(leak.pids.gunicornWorker);
    const runs = labs.map(async (lab) => {
      const { mode, pids } = lab;
      const first = await lab.counts();
      checked.set(mode, await descry("check", "--pid", String(pids.gunicornWorker), "--json"));
      counted.set(mode, { first, last: await lab.counts() });
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

  const confirmed = (mode: string, rule: string): VerdictEvent | undefined =>
    verdicts(checked.get(mode) as Ended, "confirmed").find((verdict) => verdict.rule === rule);

  /** What a lab counted of something between the two times that it was asked. */
  const perMinute = (mode: string, of: (counts: FlaskMysqlCounts) => number): number => {
    const { first, last } = counted.get(mode) as { first: FlaskMysqlCounts; last: FlaskMysqlCounts };
    return ((of(last) - of(first)) / (last.seconds - first.seconds)) * 60;
  };

  it("check suspects the leak within 60 s and is critical within 120 s, naming rule and database", () => {
    const ended = checked.get("leak") as Ended;
    assert.equal(ended.code, 2, ended.stderr);
    assert.ok(ended.seconds <= 120, `${ended.seconds} s`);
    const suspect = verdicts(ended, "suspect").find(({ rule }) => rule === "unclosed-connection");
    assert.ok(suspect !== undefined && Date.parse(suspect.at) - beganAt <= 60_000, "suspected too late");
    const verdict = confirmed("leak", "unclosed-connection");
    assert.equal(verdict?.subject.peer, labs[0]?.database);
    assert.match(ended.stderr, /^DESCRY CRITICAL - .+ \| .+$/m);
  });

  it("tells the rate within 10 % of the lab's own count, and the end within 20 % of the truth", () => {
    const verdict = confirmed("leak", "unclosed-connection");
    assert.ok(verdict !== undefined);
    const truth = perMinute("leak", ({ leaked }) => leaked);
    const net = verdict.netPerMinute ?? 0;
    assert.ok(Math.abs(net - truth) <= 0.1 * truth, `${net} a minute; the lab counts ${truth}`);
    const left = (Date.parse(verdict.runway?.exhaustedAt?.p50 ?? "") - Date.parse(verdict.at)) / 60_000;
    const trueLeft = (LIMIT - (verdict.open ?? NaN)) / truth;
    assert.ok(Math.abs(left - trueLeft) <= 0.2 * trueLeft, `${left} min left; in truth ${trueLeft}`);
  });

  it("names the database server as the other end and does not accuse it", () => {
    const mine = verdicts(whole, "confirmed").filter(({ subject }) => subject.peer === labs[0]?.database);
    assert.deepEqual(
      mine.map(({ rule }) => rule).toSorted(),
      ["pool-bypass", "unclosed-connection"],
      `told instead: ${summariesOf(whole).join("\n")}`,
    );
    assert.equal(mine[0]?.story, mine[1]?.story, "they are one story");
    const leak = mine.find(({ rule }) => rule === "unclosed-connection");
    assert.deepEqual(leak?.alsoAffected, [{ service: "mariadbd", as: "other end" }]);
    assert.equal(leak?.subject.product, "MySQL");
    assert.equal(leak?.pool?.expected, 20);
    const accused = eventsOf(whole).filter(
      (event) => event.type === "verdict" && event.service === "mariadbd",
    );
    assert.deepEqual(accused, []);
  });

  for (const mode of ["healthy", "overflow"]) {
    it(`exits 0 on ${mode} and says nothing of it`, () => {
      const ended = checked.get(mode) as Ended;
      assert.equal(ended.code, 0, summariesOf(ended).join("\n"));
      assert.deepEqual(
        eventsOf(ended).filter(({ type }) => type === "verdict" || type === "forecast"),
        [],
      );
    });
  }

  it("warns of churn as a bypassed pool of 20, with the births and exchanges that the lab counts, and of no leak", () => {
    const ended = checked.get("churn") as Ended;
    assert.equal(ended.code, 1, summariesOf(ended).join("\n"));
    assert.match(ended.stderr, /^DESCRY WARNING - .+past its pool/m);
    const rules = eventsOf(ended).flatMap((event) => (event.type === "verdict" ? [event.rule] : []));
    assert.deepEqual([...new Set(rules)], ["pool-bypass"]);
    const verdict = confirmed("churn", "pool-bypass");
    assert.deepEqual([verdict?.pool?.expected, verdict?.pool?.expectedBy], [20, "learned"]);
    const births = perMinute("churn", ({ opened }) => opened);
    const told = verdict?.pool?.bornPerMinute ?? 0;
    assert.ok(Math.abs(told - births) <= 0.1 * births, `${told} a minute; the lab counts ${births}`);
    const { last } = counted.get("churn") as { last: FlaskMysqlCounts };
    const { exchanges, closed } = last;
    const each = verdict?.pool?.exchangesPerConnection ?? 0;
    assert.ok(Math.abs(each - exchanges / closed) <= (0.1 * exchanges) / closed, `${each} exchanges each`);
  });

  it("has seen thousands of TIME_WAIT meanwhile, and said that they hold no open files", () => {
    const verdict = confirmed("leak", "unclosed-connection");
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
