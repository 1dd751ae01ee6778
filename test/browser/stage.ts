// What tests of the dashboard stand on: the real agent, which sees no processes but those that a test starts beside it, and
// a real Chromium, whose every complaint is a fault.
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core";
import { makeScratch, type Scratch } from "../../lab/scratch.ts";
import { until } from "../../lab/wait.ts";
import { AgentProgram } from "../live/agent-program.ts";
import { needs } from "../needs.ts";

const CHROMIUM = "/usr/bin/chromium";
export const WITHOUT_BROWSER = needs("chromium");

/** Processes of its own, with a /proc that shows them alone. All inside ends with its first one. */
const ENCLOSE = ["unshare", "--pid", "--fork", "--kill-child=KILL", "--mount-proc"];

/** What Chromium does without being asked is no request of ours; what it may use of the machine is kept small. */
const QUIETLY = [
  ...["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"],
  ...["--disable-component-update", "--disable-sync", "--disable-default-apps", "--no-default-browser-check"],
];

export class Stage {
  readonly url: string;
  readonly #agent: AgentProgram;
  readonly #browser: Browser;
  readonly #scratch: Scratch;
  readonly #enclosed: boolean;
  readonly #beside: ChildProcess[] = [];

  private constructor(
    url: string,
    {
      agent,
      browser,
      scratch,
      enclosed,
    }: { agent: AgentProgram; browser: Browser; scratch: Scratch; enclosed: boolean },
  ) {
    this.url = url;
    this.#agent = agent;
    this.#browser = browser;
    this.#scratch = scratch;
    this.#enclosed = enclosed;
  }

  static async open(): Promise<Stage> {
    const scratch = await makeScratch("browser");
    const enclosed =
      spawnSync(ENCLOSE[0] ?? "", [...ENCLOSE.slice(1), "true"], { stdio: "ignore" }).status === 0;
    const agent = new AgentProgram(["--state-dir", join(scratch.path, "state")], {}, enclosed ? ENCLOSE : []);
    const [served, launched] = await Promise.allSettled([
      agent.url(),
      chromium.launch({ executablePath: CHROMIUM, args: QUIETLY }),
    ]);
    if (served.status === "fulfilled" && launched.status === "fulfilled")
      return new Stage(served.value, { agent, browser: launched.value, scratch, enclosed });
    if (launched.status === "fulfilled") await launched.value.close();
    await agent.end("SIGKILL");
    await scratch.remove();
    throw served.status === "rejected"
      ? served.reason
      : new Error("Chromium did not start", { cause: launched });
  }

  /** Starts a program where the agent sees it. */
  start(program: string, ...args: readonly string[]): ChildProcess {
    const [first = "", ...rest] = [...this.#entrance(), program, ...args];
    const child = spawn(first, rest, { stdio: ["ignore", "ignore", "inherit"] });
    this.#beside.push(child);
    return child;
  }

  /** nsenter, into the namespaces of the agent, where it has its own. */
  #entrance(): readonly string[] {
    if (!this.#enclosed) return [];
    const { pid } = this.#agent.child;
    const inside = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim();
    return ["nsenter", `--target=${inside}`, "--pid", "--mount"];
  }

  /** The answer of the API, to compare a page with. */
  async answer<Answer>(path: string): Promise<Answer> {
    const { status, body } = await this.#agent.get(path);
    if (status !== 200) throw new Error(`${path}: ${status} ${body}`);
    return JSON.parse(body) as Answer;
  }

  /** Until the API answers what is looked for. */
  async answers<Answer, Found>(
    what: string,
    path: string,
    find: (answer: Answer) => Found | undefined,
  ): Promise<Found> {
    return until(what, async () => find(await this.answer<Answer>(path)) ?? null, {
      timeoutSeconds: 60,
      everyMs: 250,
    });
  }

  async look(path = "/", options: BrowserContextOptions = {}): Promise<Visit> {
    const context = await this.#browser.newContext(options);
    context.setDefaultTimeout(15_000);
    const visit = new Visit(await context.newPage(), this.url);
    await visit.begin();
    await this.goTo(visit, path);
    return visit;
  }

  /** Until the page shows what it has read, or why it could not. */
  async goTo({ page }: Visit, path: string): Promise<void> {
    await page.goto(this.url + path);
    await page.locator("main h1").waitFor();
    await until(`all of ${path}`, async () => (await page.locator("main .loading").count()) === 0);
  }

  async endAgent(): Promise<void> {
    await this.#agent.end("SIGKILL");
  }

  async close(): Promise<void> {
    await this.#browser.close();
    for (const child of this.#beside) child.kill("SIGKILL");
    await this.#agent.end("SIGKILL");
    await this.#scratch.remove();
  }
}

/** One look at a page, with everything that went wrong in it. */
export class Visit {
  readonly page: Page;
  readonly #own: string;
  /** In the order in which it happened; empty where all is well. */
  readonly faults: string[] = [];

  constructor(page: Page, own: string) {
    this.page = page;
    this.#own = own;
  }

  async begin(): Promise<void> {
    const { page, faults } = this;
    page.on("pageerror", (error) => faults.push(`error of the page: ${error.stack ?? error.message}`));
    page.on("console", (message) => {
      if (["error", "warning"].includes(message.type())) faults.push(`console: ${message.text()}`);
    });
    page.on("dialog", (dialog) => {
      faults.push(`dialog: ${dialog.message()}`);
      void dialog.dismiss();
    });
    page.on("request", (request) => {
      if (!request.url().startsWith(`${this.#own}/`)) faults.push(`request to elsewhere: ${request.url()}`);
    });
    page.on("response", (response) => {
      if (response.status() >= 500) faults.push(`${response.status()} of ${response.url()}`);
    });
    await page.exposeFunction("toldViolation", (text: string) => void faults.push(`policy: ${text}`));
    await page.addInitScript(() => {
      addEventListener("securitypolicyviolation", ({ violatedDirective, blockedURI, sample }) => {
        const told = (globalThis as unknown as { toldViolation: (text: string) => void }).toldViolation;
        told(`${violatedDirective} ${blockedURI} ${sample}`);
      });
    });
  }

  /** Ends it; throws what went wrong. */
  async end(): Promise<void> {
    await this.page.context().close();
    if (this.faults.length > 0) throw new Error(this.faults.join("\n"));
  }
}
