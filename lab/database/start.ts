// A MariaDB of its own: fresh folder, free port, loopback only, none of the host's configuration.
import { chmod, copyFile, mkdir } from "node:fs/promises";
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { startChild, type Child } from "../child.ts";
import { freePort, until } from "../wait.ts";

/** Starts mariadbd, puts it among the children, waits until it greets; returns its address. */
export async function startDatabase(folder: string, children: Child[]): Promise<string> {
  for (const program of ["/usr/bin/mariadb-install-db", "/usr/sbin/mariadbd", "/usr/bin/setpriv"]) {
    if (!existsSync(program)) throw new Error(`${program} is missing: apt-get install ${DATABASE_PACKAGE}`);
  }
  const asRoot = process.getuid?.() === 0;
  const place = join(folder, "database");
  await mkdir(place);
  await copyFile(join(import.meta.dirname, "schema.sql"), join(place, "schema.sql"));
  if (asRoot) giveToMysql(folder, place);
  await install(folder, place, asRoot);
  const port = await freePort();
  const mariadbd = startChild("mariadbd", "/usr/sbin/mariadbd", serverArguments(place, port), {
    log: join(folder, "mariadbd.log"),
    ...(asRoot ? { user: "mysql" } : {}),
  });
  children.push(mariadbd);
  await until("MariaDB to greet", () => greets(port), { needs: [mariadbd], timeoutSeconds: 60 });
  return `127.0.0.1:${port}`;
}

export const DATABASE_PACKAGE = "mariadb-server";

/** The outer folder is passable for mysql, the inner one is its own. */
function giveToMysql(folder: string, place: string): void {
  const done = spawnSync("chown", ["-R", "mysql:mysql", place]);
  if (done.status !== 0) throw new Error(`the account mysql is missing: apt-get install ${DATABASE_PACKAGE}`);
  spawnSync("chmod", ["711", folder]);
}

async function install(folder: string, place: string, asRoot: boolean): Promise<void> {
  const log = join(folder, "install.log");
  const args = [
    "--no-defaults",
    `--datadir=${join(place, "files")}`,
    "--auth-root-authentication-method=normal",
    "--skip-test-db",
  ];
  const installing = startChild("mariadb-install-db", "/usr/bin/mariadb-install-db", args, {
    log,
    env: { TMPDIR: place }, // the account mysql may not write to ours
    ...(asRoot ? { user: "mysql" } : {}),
  });
  const ended = await until("the database's files", () => installing.gone(), { timeoutSeconds: 90 });
  if (installing.process.exitCode !== 0) throw new Error(ended);
  await chmod(log, 0o600);
}

function serverArguments(place: string, port: number): string[] {
  return [
    "--no-defaults",
    `--datadir=${join(place, "files")}`,
    `--port=${port}`,
    "--bind-address=127.0.0.1",
    `--tmpdir=${place}`,
    `--socket=${join(place, "s")}`,
    `--pid-file=${join(place, "pid")}`,
    `--init-file=${join(place, "schema.sql")}`,
    "--skip-name-resolve",
    // Well above what an application's limit of 4096 lets it leak, so that the limit hit is the application's.
    "--max-connections=6000",
    "--open-files-limit=16384",
    "--table-open-cache=400",
    "--innodb-buffer-pool-size=32M",
    "--innodb-log-file-size=8M",
    "--innodb-flush-log-at-trx-commit=0",
  ];
}

/** MariaDB speaks first; once it does, its init file has been read. */
function greets(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    const end = (answer: boolean) => {
      socket.destroy();
      resolve(answer);
    };
    socket.setTimeout(1000, () => end(false));
    socket.once("data", () => end(true));
    socket.once("error", () => end(false));
  });
}
