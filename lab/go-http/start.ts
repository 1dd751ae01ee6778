// The Go service that asks another one over HTTP, for tests and for the runner.
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { startServed, type Served, type ServedOptions } from "../served.ts";
import { startUpstream } from "../upstream-start.ts";

/**
 * leak: returns on an error's status before `defer response.Body.Close()`; the error's page is short, so it waits in the client's own buffer.
 * unread: the same with a long page: the rest waits in the socket's receive queue. healthy: the body is closed on every way out.
 */
export const GO_HTTP_MANNERS = ["leak", "unread", "healthy"] as const;

/** gcc and libc6-dev: net/http as Debian has compiled it is linked with cgo; without, the whole library is compiled first. */
export const GO_PACKAGES = ["golang-go", "gcc", "libc6-dev"];

export function startGoHttp({
  manner,
  rate = 60,
}: ServedOptions<(typeof GO_HTTP_MANNERS)[number]>): Promise<Served> {
  return startServed("go-http", async (folder, children) => {
    const upstream = await startUpstream(folder, children);
    const program = join(folder, `go-http-${manner}`);
    await build(join(import.meta.dirname, "main.go"), program, folder);
    return [program, manner, String(rate), upstream];
  });
}

/** No network, nothing of the user's: not its cache, its modules, its settings. */
async function build(source: string, program: string, folder: string): Promise<void> {
  const go = "/usr/bin/go";
  if (!existsSync(go)) throw new Error(`${go} is missing: apt-get install ${GO_PACKAGES.join(" ")}`);
  const env = {
    ...process.env,
    GOENV: "off",
    GOFLAGS: "-mod=mod",
    GOPROXY: "off",
    GOTELEMETRY: "off",
    GOTOOLCHAIN: "local",
    GOWORK: "off",
    GOPATH: join(folder, "go"),
    GOCACHE: join(folder, "go-cache"),
  };
  await promisify(execFile)(go, ["build", "-o", program, source], { cwd: folder, env });
}
