import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import * as example from "../example/host.ts";
import { orders } from "../example/orders.ts";
import { coloured, unpainted } from "../screen/look.ts";
import { widthOf } from "../screen/text.ts";
import { type Around, drawTop, heldToPage } from "./draw.ts";
import { FIRST_VIEW, type Page, type View } from "./view.ts";

const QUIET: Around = { own: null, gap: null, source: null, lives: () => [], recording: null };
const on = (page: Page, traits: Partial<View> = {}): View => ({
  ...FIRST_VIEW,
  pages: page === "table" ? ["table"] : ["table", page],
  selected: "gunicorn.service",
  ...traits,
});

test("the table fills the screen, the keys stand at its bottom, the cursor is a sign and no colour", () => {
  const snapshot = example.exampleHost();
  const look = example.lookOf(120, 30);
  const lines = drawTop(snapshot, on("table", { selected: "celery" }), QUIET, look);
  assert.equal(lines.length, 30);
  assert.equal(
    lines.at(-1),
    "Enter details   a advice   r record   / filter   s sort   p pause   ? words   q quit",
  );
  assert.deepEqual(
    lines.filter((line) => /^.>/.test(line)).map((line) => line.slice(0, 9)),
    [" >celery "],
  );
  const painted = drawTop(snapshot, on("table"), QUIET, { ...look, paint: coloured });
  assert.deepEqual(painted.map(unpainted), drawTop(snapshot, on("table"), QUIET, look));
});

test("with more services than rows the window follows the cursor and says what it hides", () => {
  const services = Array.from({ length: 50 }, (_, at) =>
    example.serviceOf({ service: `svc-${String(at).padStart(2, "0")}` }),
  );
  const snapshot = example.exampleHost({ services });
  const rows = (selected: string) =>
    drawTop(snapshot, on("table", { selected }), QUIET, example.lookOf(100, 20)).filter((line) =>
      /svc-|above|more,/.test(line),
    );
  assert.match(rows("svc-00")[0] ?? "", /^ >svc-00 /);
  assert.match(rows("svc-00").at(-1) ?? "", /^ {2}\.\.\. 36 more, none growing$/);
  assert.ok(rows("svc-25").some((line) => line.startsWith(" >svc-25 ")));
  assert.match(rows("svc-25").at(-1) ?? "", /^ {2}\.\.\. 18 above, 18 below, none growing$/);
  assert.match(rows("svc-49").at(-2) ?? "", /^ >svc-49 /);
});

test("sorted by what was chosen, unknown last; the filter keeps what its row shows", () => {
  const snapshot = example.exampleHost();
  const names = (traits: Partial<View>) =>
    drawTop(snapshot, on("table", traits), QUIET, example.lookOf(120, 30))
      .slice(4, 10)
      .map((line) => /^..(\S+)/.exec(line)?.[1])
      .filter((name) => name !== undefined && name !== "Opens" && !name.startsWith("gunicorn.service"));
  assert.deepEqual(names({ sort: "open" }).slice(0, 3), ["gunicorn", "mariadbd", "nginx"]);
  assert.deepEqual(names({ sort: "kept/min" }), [
    "gunicorn",
    "thumbs",
    "nginx",
    "celery",
    "mariadbd",
    "sshd",
  ]);
  assert.deepEqual(names({ sort: "time left" }).slice(0, 2), ["gunicorn", "thumbs"]);
  assert.equal(names({ sort: "name" })[0], "celery");
  assert.deepEqual(names({ filter: "MYSQL" }), ["gunicorn"]);
  assert.deepEqual(names({ filter: "640" }), ["mariadbd"], "a whole pid");
  assert.deepEqual(names({ filter: "64" }), []);
});

test("the two sentences are about the selected service where something is said of it, else about the riskiest", () => {
  const said = (selected: string) =>
    drawTop(example.exampleHost(), on("table", { selected }), QUIET, example.lookOf(120, 30)).find((line) =>
      /leak connections|leaks connections|may leak/.test(line),
    );
  assert.match(
    said("thumbs") ?? "",
    /^\? thumbs \(pid 977\) may leak deleted files in \/var\/tmp since 02:43\.$/,
  );
  assert.match(said("nginx") ?? "", /^x gunicorn\.service/);
});

test("a full table, silent now: the sentences tell the past", () => {
  const snapshot = example.exampleHost({ services: [orders()] });
  const text = drawTop(snapshot, on("table"), QUIET, example.lookOf(120, 20)).join("\n");
  assert.match(
    text,
    /^x orders-api\.service \(pid 2291\) is at its limit of open files and cannot open more\.$/m,
  );
  assert.match(
    text,
    /^ {2}Opens are failing now\. First look: 3,871 connections to MySQL 10\.2\.0\.15:3306/m,
  );
});

test("advice tells every action whole, and says so where there is none", () => {
  const snapshot = example.exampleHost();
  const page = (selected: string) =>
    drawTop(snapshot, on("advice", { selected }), QUIET, example.lookOf(90, 60)).join("\n");
  for (const heading of ["NOW", "KEEP", "FIX", "CONFIRM"])
    assert.match(page("thumbs"), new RegExp(`^${heading} `, "m"));
  assert.match(page("celery"), /Nothing is said against celery, so there is nothing to do\./);
  assert.match(
    page("mariadbd"),
    /holds the other end of what gunicorn\.service does not close: look there\./,
  );
  assert.match(page("gone"), /^gone has ended\.$/m);
});

test("a page scrolls to its end and no further", () => {
  const snapshot = example.exampleHost();
  const look = example.lookOf(80, 10);
  const far = heldToPage(on("words", { scrolled: 1e6 }), snapshot, QUIET, look);
  const lines = drawTop(snapshot, far, QUIET, look);
  assert.equal(lines.length, 10);
  assert.match(lines[8] ?? "", /tables alone\.$/);
  assert.deepEqual(drawTop(snapshot, on("words", { scrolled: 1e6 }), QUIET, look), lines);
  assert.notDeepEqual(drawTop(snapshot, { ...far, scrolled: far.scrolled - 1 }, QUIET, look), lines);
});

test("what is being recorded and that it is paused stand above the keys", () => {
  const around = { ...QUIET, recording: "recording to a.descry, 3 s (r stops)" };
  const lines = drawTop(
    example.exampleHost(),
    on("details", { paused: true }),
    around,
    example.lookOf(120, 30),
  );
  assert.equal(lines.at(-2), "paused at 03:04:51, p goes on   recording to a.descry, 3 s (r stops)");
});

test("no size, no page and no name breaks the screen", () => {
  const hostile = fc
    .array(fc.constantFrom("\x1b[2J", "\n", "\u202e", "宽", "👩", "e\u0301", "\ud800", "a", " "), {
      maxLength: 30,
    })
    .map((parts) => parts.join(""));
  const page = fc.constantFrom<Page>("table", "details", "advice", "words");
  fc.assert(
    fc.property(
      hostile,
      page,
      fc.integer({ min: 40, max: 200 }),
      fc.integer({ min: 1, max: 50 }),
      fc.boolean(),
      (name, shown, columns, rows, typing) => {
        const service = { ...example.gunicorn(), service: name, otherEndOf: [name] };
        const quiet = { ...example.serviceOf({ service: `${name}2` }), otherEndOf: [name] };
        const snapshot = example.exampleHost({ host: name, services: [service, quiet, orders()] });
        const view = on(shown, { selected: name, filter: name, typing, paused: true });
        const around = { ...QUIET, gap: "closings", recording: "recording" };
        const lines = drawTop(snapshot, view, around, example.lookOf(columns, rows));
        assert.equal(lines.length, rows);
        for (const line of lines) {
          assert.doesNotMatch(line, /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u);
          assert.ok(widthOf(line) <= columns, `${widthOf(line)} of ${columns}: ${line}`);
        }
      },
    ),
    { numRuns: 200 },
  );
});
