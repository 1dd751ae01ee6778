// Builds the npm package and the executables, and tries both in an empty folder with no Node on the PATH.
// usage: npm run package [-- FOLDER]
import { type ChildProcess, execFileSync, spawn, spawnSync } from "node:child_process";
import fs from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join, resolve } from "node:path";
import { tryAgent } from "./packaging/agent-trial.ts";
import { megabytes, ROOT, USUAL } from "./packaging/program.ts";

/** What the programs under test find on their PATH. No Node, no npm, no compiler. */
const TOOLS = ["sh", "env", "readlink", "true", "cat", "find", "cmp", "sleep"];
const STARTS = 5;

const into = resolve(process.argv[2] ?? USUAL);
const failures: string[] = [];

function build(script: string): void {
  execFileSync(
    process.execPath,
    ["--disable-warning=ExperimentalWarning", join(ROOT, "scripts", script), into],
    {
      stdio: "inherit",
    },
  );
}

interface Said {
  readonly status: number | null;
  readonly out: string;
  readonly err: string;
}

/** A folder with nothing but links to those tools, and one that is empty. */
class EmptyHost {
  readonly folder = fs.mkdtempSync(join(tmpdir(), "descry-package-"));
  readonly #tools = join(this.folder, "tools");
  readonly #empty = join(this.folder, "empty");

  constructor() {
    fs.mkdirSync(this.#tools);
    fs.mkdirSync(this.#empty);
    const folders = (process.env["PATH"] ?? "").split(delimiter);
    for (const tool of TOOLS) {
      const found = folders.map((folder) => join(folder, tool)).find((path) => fs.existsSync(path));
      if (found !== undefined) fs.symlinkSync(found, join(this.#tools, tool));
    }
  }

  get env(): NodeJS.ProcessEnv {
    return { PATH: this.#tools, HOME: this.#empty, DESCRY_STATE_DIR: "off", DESCRY_CONFIG: "/dev/null" };
  }

  run(program: string, ...args: readonly string[]): Said {
    const { status, stdout, stderr } = spawnSync(program, args, {
      ...{ cwd: this.#empty, env: this.env, encoding: "utf8", timeout: 60_000 },
    });
    return { status, out: stdout, err: stderr };
  }

  /** Nothing was written where it was started. */
  get leftovers(): string[] {
    return fs.readdirSync(this.#empty);
  }

  remove(): void {
    fs.rmSync(this.folder, { recursive: true });
  }
}

function expect(what: string, holds: boolean, said: Said): void {
  console.log(`  ${holds ? "ok" : "FAILED"}  ${what}`);
  if (!holds) failures.push(`${what}: exit code ${said.status}\n${said.out}${said.err}`);
}

/** Every kind of command that reads the host, under the program's own Node. */
async function tryOut(
  host: EmptyHost,
  program: string,
  sleeper: ChildProcess,
  version: string,
): Promise<void> {
  const run = (...args: string[]): Said => host.run(program, ...args);
  const expectOf = (args: string, test: (said: Said) => boolean): void => {
    const said = run(...args.split(" "));
    expect(args, test(said), said);
  };
  expectOf("--version", ({ status, out }) => status === 0 && out === `descry ${version}\n`);
  expectOf("top --once", ({ status, out }) => status === 0 && /^descry .*\n[^]*SERVICE +OPEN/.test(out));
  const pid = String(sleeper.pid);
  expectOf(`check --pid ${pid} --for 2s`, ({ status, out }) => status === 0 && out.startsWith("DESCRY OK"));
  expectOf(`inspect ${pid}`, ({ status, out }) => status === 0 && /WHAT +OPEN/.test(out));
  expectOf("exec -- true", ({ status, err }) => status === 0 && /nothing kept/.test(err));
  const inherit = `'${program}' exec -- sh -c 'echo told >&3' 3>&1`;
  const handed = host.run(join(host.folder, "tools/sh"), "-c", inherit);
  expect("exec hands on what it was given open", handed.out === "told\n", handed);
  expectOf("capture-script", ({ status, out }) => status === 0 && out.startsWith("#!/bin/sh"));
  expectOf("config show", ({ status }) => status === 0);
  expectOf("doctor --json", ({ out }) => {
    const { found } = JSON.parse(out) as { found: { native: { addon: true | string; sockDiag: unknown } } };
    return found.native.addon === true && found.native.sockDiag === true;
  });
  const { status, said, missed } = await tryAgent(program, host.env, host.folder);
  expect("agent serves, keeps history and tells a webhook", status === 0 && missed === "", {
    ...{ status, out: said, err: missed === "" ? "" : `waited in vain for ${missed}` },
  });
  const times = Array.from({ length: STARTS }, () => {
    const from = performance.now();
    run("--version");
    return performance.now() - from;
  }).toSorted((a, b) => a - b);
  console.log(`  starts in ${times[STARTS >> 1]?.toFixed(0)} ms (--version, the median of ${STARTS})`);
}

/** The package as npm installs it; its folder. */
function installed(host: EmptyHost, tarball: string): string {
  const prefix = join(host.folder, "installed");
  const cache = join(into, "npm-cache");
  const args = [
    "install",
    "--global",
    "--prefix",
    prefix,
    "--cache",
    cache,
    "--prefer-offline",
    "--ignore-scripts",
  ];
  execFileSync("npm", [...args, "--no-audit", "--no-fund", "--loglevel=error", tarball], {
    stdio: "inherit",
  });
  return prefix;
}

/** Without the Node that npm brings, and none on the PATH, it says what it needs. */
function tryWithoutNode(host: EmptyHost, prefix: string): void {
  const modules = join(prefix, "lib/node_modules");
  for (const name of fs.globSync(`{descry/node_modules,.}/node-linux-*`, { cwd: modules }))
    fs.rmSync(join(modules, name), { recursive: true });
  const said = host.run(join(prefix, "bin/descry"), "--version");
  const words = /needs Node\.js 24 or newer, and there is none on the PATH/;
  expect("without any Node it says which it needs", said.status === 3 && words.test(said.err), said);
}

const from = performance.now();
build("build-package.ts");
build("build-executable.ts");
const { version } = JSON.parse(fs.readFileSync(join(ROOT, "package.json"), "utf8")) as { version: string };
const host = new EmptyHost();
const sleeper = spawn("sleep", ["600"], { stdio: "ignore" });
try {
  const executable = join(into, `descry-linux-${process.arch}`);
  console.log(`the executable, ${megabytes(executable)}`);
  await tryOut(host, executable, sleeper, version);
  const tarball = join(into, `descry-${version}.tgz`);
  console.log(`the package, ${megabytes(tarball)}`);
  const prefix = installed(host, tarball);
  await tryOut(host, join(prefix, "bin/descry"), sleeper, version);
  tryWithoutNode(host, prefix);
  const { leftovers } = host;
  expect("nothing is left where it ran", leftovers.length === 0, {
    status: 0,
    out: leftovers.join(),
    err: "",
  });
} finally {
  sleeper.kill();
  host.remove();
}
for (const failure of failures) console.error(`FAILED ${failure}`);
const seconds = ((performance.now() - from) / 1000).toFixed(0);
console.log(`${failures.length === 0 ? "PASSED" : "FAILED"}: package and executable, in ${seconds} s`);
process.exitCode = failures.length === 0 ? 0 : 1;
