import assert from "node:assert/strict";
import fs from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { YamlText } from "../../config/document.ts";
import { SETTINGS } from "../../config/schema.ts";
import { settingsOf } from "../../config/settings.ts";
import { DescryError } from "../../model/error.ts";
import { nearest } from "../nearest.ts";
import { difference } from "./difference.ts";
import { configurationText } from "./configuration.ts";
import { install, type InstallOrder } from "./install.ts";
import { installPlace } from "./place.ts";
import { startable } from "./program-file.ts";
import { isUnchanged, signed, unsigned } from "./signature.ts";
import { CONFIGURATION, DROP_INS, STATE, SystemFiles, UNIT } from "./system-files.ts";
import { uninstall } from "./uninstall.ts";
import { unitText } from "./unit.ts";

const ORDER: InstallOrder = {
  program: "/usr/local/bin/descry",
  containers: true,
  speaks: true,
  force: false,
  dryRun: false,
};

/** A system in a folder, with a systemd that writes down what it is asked. */
function system(context: TestContext, { running = false, fails = "" } = {}) {
  const root = fs.mkdtempSync(join(tmpdir(), "descry-install-"));
  context.after(() => fs.rmSync(root, { recursive: true }));
  const [said, called]: [string[], string[]] = [[], []];
  const call = (...args: readonly string[]): string | null => {
    called.push(args.join(" "));
    return args[0] === fails ? "Unit not found.\u001b[31m" : null;
  };
  const place = {
    files: new SystemFiles(root, "Run: sudo descry install."),
    systemd: { running, call },
    say: (line: string) => void said.push(line),
  };
  const at = (path: string): string => join(root, path);
  const read = (path: string): string => fs.readFileSync(at(path), "utf8");
  return { place, said, called, at, read, told: () => said.splice(0).join("\n") };
}

test("install writes a unit and a configuration, and without systemd says what is next", (context) => {
  const { place, told, called, at, read } = system(context);
  assert.ok(install(ORDER, place));
  assert.match(read(UNIT), /^ExecStart=\/usr\/local\/bin\/descry agent$/m);
  assert.equal(fs.statSync(at(UNIT)).mode & 0o777, 0o644);
  assert.equal(fs.statSync(at(CONFIGURATION)).mode & 0o777, 0o600);
  assert.deepEqual(called, []);
  assert.match(
    told(),
    /Wrote .*descry\.yaml.*\nWrote .*descry\.service: runs .* with CAP_SYS_PTRACE.*\nsystemd is not running.*\n {2}systemctl daemon-reload\n {2}systemctl enable --now descry$/,
  );
});

test("where systemd runs the service is started, and a failure is told with what to do", (context) => {
  const { place, called, told } = system(context, { running: true });
  assert.ok(install(ORDER, place));
  assert.deepEqual(called, ["daemon-reload", "restart descry", "enable descry"], "started once");
  assert.match(told(), /Ran systemctl enable descry\./);
  assert.ok(install(ORDER, place));
  assert.deepEqual(
    called.slice(3),
    ["daemon-reload", "enable --now descry"],
    "what is as it should be goes on",
  );
  const failing = system(context, { running: true, fails: "enable" });
  assert.throws(() => install(ORDER, failing.place), {
    name: "DescryError",
    message: "systemctl enable descry failed: Unit not found.\\x1b[31m",
  });
});

test("a unit that somebody changed is shown and left, unless it is forced", (context) => {
  const { place, told, at, read } = system(context);
  install(ORDER, place);
  fs.writeFileSync(at(UNIT), read(UNIT).replace("Nice=5", "Nice=0"));
  told();
  assert.equal(install(ORDER, place), false);
  assert.match(read(UNIT), /Nice=0/);
  assert.match(
    told(),
    /Somebody has changed .*\n {2}\.\.\.\n.*\n {2}- Nice=0\n {2}\+ Nice=5\n.*\n {2}\.\.\.\nLeft /,
  );
  assert.ok(install({ ...ORDER, force: true }, place));
  assert.match(read(UNIT), /Nice=5/);
});

test("the unit of another descry, as it was written, is replaced and said", (context) => {
  const { place, told, read } = system(context);
  install({ ...ORDER, containers: false }, place);
  assert.doesNotMatch(read(UNIT), /=.*CAP_SYS_ADMIN/);
  told();
  assert.ok(install(ORDER, place));
  assert.match(read(UNIT), /^AmbientCapabilities=.*CAP_SYS_ADMIN$/m);
  assert.match(told(), /is of another descry\. What changes:/);
});

test("a configuration is never written over, and a masked unit is left", (context) => {
  const { place, told, at, read } = system(context);
  fs.mkdirSync(at("/etc/descry"), { recursive: true });
  fs.writeFileSync(at(CONFIGURATION), "services: {}\n");
  fs.mkdirSync(at("/etc/systemd/system"), { recursive: true });
  fs.symlinkSync("/dev/null", at(UNIT));
  assert.equal(install(ORDER, place), false);
  assert.equal(read(CONFIGURATION), "services: {}\n");
  assert.match(told(), /descry\.service as it is: it is a link to \/dev\/null\./);
});

test("a dry run says everything and writes nothing", (context) => {
  const { place, told, at } = system(context, { running: true });
  assert.ok(install({ ...ORDER, dryRun: true }, place));
  assert.match(
    told(),
    /Would write .*descry\.yaml[^]*Would write .*descry\.service:\n# Change it[^]*\[Install\]/,
  );
  assert.deepEqual(fs.readdirSync(at("/")), []);
});

test("uninstall removes what install wrote, and only that", (context) => {
  const { place, told, called, at } = system(context, { running: true });
  install(ORDER, place);
  for (const path of STATE) fs.mkdirSync(at(path), { recursive: true });
  fs.mkdirSync(at(DROP_INS));
  told();
  called.splice(0);
  uninstall({ purge: false, dryRun: true }, place);
  assert.match(told(), /Would remove .*descry\.service\.\nWould remove .*descry\.yaml\./);
  uninstall({ purge: false, dryRun: false }, place);
  assert.deepEqual(called, ["disable --now descry", "daemon-reload"]);
  assert.deepEqual([fs.existsSync(at(UNIT)), fs.existsSync(at("/etc/descry"))], [false, false]);
  assert.match(told(), /Left .*descry\.service\.d: .*\nLeft .*lib\/descry: .*--purge/);
  uninstall({ purge: true, dryRun: false }, place);
  assert.deepEqual(
    STATE.map((path) => fs.existsSync(at(path))),
    [false, false],
  );
  told();
  uninstall({ purge: true, dryRun: false }, place);
  assert.match(told(), /descry is not installed here/);
});

test("uninstall leaves what was changed and says so", (context) => {
  const { place, told, at, read } = system(context);
  install(ORDER, place);
  fs.writeFileSync(at(CONFIGURATION), `${read(CONFIGURATION)}services: {}\n`);
  fs.appendFileSync(at(UNIT), "# mine\n");
  told();
  uninstall({ purge: false, dryRun: false }, place);
  assert.match(
    told(),
    /Left .*descry\.service: somebody has changed it\.\nLeft .*descry\.yaml: somebody has changed it\./,
  );
  assert.ok(fs.existsSync(at(UNIT)) && fs.existsSync(at(CONFIGURATION)));
});

test("what cannot be written is an error with a mend", (context) => {
  const { place, at } = system(context);
  fs.writeFileSync(at("/etc"), "no folder");
  assert.throws(
    () => install(ORDER, place),
    (error) => {
      assert.ok(error instanceof DescryError);
      assert.match(error.message, /descry\.yaml could not be read: ENOTDIR\.$/);
      assert.match(error.mend, /A file is where one of its folders has to be/);
      return true;
    },
  );
});

test("folders that are made are for all, whatever the umask", (context) => {
  const { place, at } = system(context);
  const umask = process.umask(0o077);
  context.after(() => process.umask(umask));
  install(ORDER, place);
  assert.equal(process.umask(), 0o077);
  for (const path of ["/etc", "/etc/systemd/system", "/etc/descry"])
    assert.equal(fs.statSync(at(path)).mode & 0o777, 0o755, path);
  assert.equal(fs.statSync(at(UNIT)).mode & 0o777, 0o644);
});

test("a link of another system that leads out of it is not followed; one inside of it is", (context) => {
  const { place, at } = system(context);
  const outside = system(context);
  fs.symlinkSync(outside.at("/"), at("/etc"));
  const leadsOut = { name: "DescryError", message: /leads out of/ };
  assert.throws(() => install(ORDER, place), leadsOut);
  assert.deepEqual(fs.readdirSync(outside.at("/")), []);
  fs.rmSync(at("/etc"));
  fs.mkdirSync(at("/usr/etc"), { recursive: true });
  fs.symlinkSync("usr/etc", at("/etc"));
  assert.ok(install(ORDER, place));
  assert.ok(fs.existsSync(at("/usr/etc/descry/descry.yaml")));

  fs.mkdirSync(outside.at("/descry"));
  fs.mkdirSync(at("/var"));
  fs.symlinkSync(outside.at("/"), at("/var/lib"));
  assert.throws(() => uninstall({ purge: true, dryRun: false }, place), leadsOut);
  assert.ok(fs.existsSync(outside.at("/descry")), "what is learned here is not that of the image");
});

test("what may not be looked at is an error, and in a dry run a remark", (context) => {
  const { place, told, at } = system(context);
  fs.mkdirSync(at("/var"));
  fs.writeFileSync(at("/var/lib"), "no folder");
  assert.throws(() => uninstall({ purge: false, dryRun: false }, place), DescryError);
  uninstall({ purge: false, dryRun: true }, place);
  const said = told();
  assert.match(said, /Without --dry-run this would fail: .*lib\/descry could not be read/);
  assert.doesNotMatch(said, /not installed here/, "that is not known");
});

test("without the addon systemd is promised no word", () => {
  const text = unitText({ ...ORDER, speaks: false });
  assert.match(text, /^Type=exec$/m);
  assert.doesNotMatch(text, /^(?:Type=notify|WatchdogSec)/m);
});

test("a path with specifiers, variables and spaces is what is started", () => {
  const text = unitText({ ...ORDER, program: '/opt/a b%$"/descry' });
  assert.match(text, /^ExecStart="\/opt\/a b%%\$\$\\"\/descry" agent$/m);
});

test("the configuration that is written is good, and its example is good once uncommented", () => {
  const text = signed(configurationText());
  assert.deepEqual(settingsOf(new YamlText(text, SETTINGS), nearest).faults, []);
  const example = text.replaceAll(/^#(?=\S|\s{2})(?! Written)/gm, "");
  const { settings, faults } = settingsOf(new YamlText(example, SETTINGS), nearest);
  assert.deepEqual(faults, []);
  assert.ok(Object.keys(settings?.services ?? {}).length > 0);
});

test("a file knows whether it was changed", () => {
  const text = signed("one\ntwo\n");
  assert.ok(isUnchanged(text));
  assert.equal(unsigned(text), "one\ntwo\n");
  for (const other of ["", "one\n", text.replace("two", "2"), `${text}\n`, text.slice(1), text.trimEnd()])
    assert.ok(!isUnchanged(other), other);
});

test("a difference shows what goes and what comes, with what is around", () => {
  const before = ["a", "b", "c", "d", "e", "f"].join("\n");
  assert.deepEqual(difference(before, before.replace("d", "D")), ["...", "  c", "- d", "+ D", "  e", "..."]);
  assert.deepEqual(difference("", "x"), ["-", "+ x"]);
  assert.equal(difference("\n".repeat(3000), ""), null);
});

test("what only root may look at is said to be that, not to be missing", (context) => {
  if (process.geteuid?.() !== 0) return context.skip("only root may become another user");
  const hidden = fs.mkdtempSync(join(tmpdir(), "descry-hidden-"));
  context.after(() => fs.rmSync(hidden, { recursive: true }));
  const inside = join(hidden, "descry");
  fs.mkdirSync(inside);
  const invocation = { program: "descry", sudo: true, asRoot: false };
  process.seteuid?.(65_534);
  try {
    const refused = { name: "DescryError", message: /could not be read: not permitted/ };
    assert.throws(() => installPlace({ root: inside }, "install", () => {}, invocation), refused);
    assert.throws(() => startable(inside, true), refused);
  } finally {
    process.seteuid?.(0);
  }
});

test("a program that the service cannot see, or that others may change, is refused", (context) => {
  const folder = fs.mkdtempSync(join(tmpdir(), "descry-program-"));
  context.after(() => fs.rmSync(folder, { recursive: true }));
  const program = join(folder, "descry");
  assert.throws(() => startable(program, true), /There is no/);
  fs.writeFileSync(program, "", { mode: 0o755 });
  const hidden = /^\/(?:tmp|var\/tmp|home|root)\//.test(fs.realpathSync(program));
  assert.throws(() => startable(program, true), hidden ? /hidden from it/ : /changed by others/);
  assert.equal(startable("/bin/sh", true), fs.realpathSync("/bin/sh"));
});
