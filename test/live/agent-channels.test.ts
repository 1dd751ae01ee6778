// The agent and everybody it can tell: all six kinds of channel at once, each with a real receiver that is down at first.
import assert from "node:assert/strict";
import { type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { after, before, describe, test } from "node:test";
import { SMTPServer } from "smtp-server";
import { makeScratch, type Scratch } from "../../lab/scratch.ts";
import { freePort, until } from "../../lab/wait.ts";
import { type HttpReceiver, httpReceiver } from "../../src/notify/made-receiver.ts";
import { needs } from "../needs.ts";
import { AgentProgram, type Received, startFull } from "./agent-program.ts";
import { AlertmanagerProgram, type Page } from "./alertmanager-program.ts";

const KEY = "pager-routing-key";
const PASSWORD = "password-of-the-mail";
const SLACK = "/services/T0/B0/secret-part-of-it";

/** One message as a receiver got it; what it does not carry is null. */
interface Told {
  readonly kind: string;
  readonly severity: string | null;
  readonly alert: string | null;
}

const told = (kind: string, severity: string | null, alert: string | null): Told => ({
  ...{ kind, severity, alert },
});

/** "[page] at the limit: SERVICE on HOST ..." and "[page] over: SERVICE on HOST ..." */
function toldBySubject(subject: string, alert: string | null): Told {
  const [, severity = null, over] = /^\[(\w+)\] (over: )?/.exec(subject) ?? [];
  return told(over === undefined ? "firing" : "resolved", severity, alert);
}

describe("descry agent and its receivers", { skip: needs("prometheus-alertmanager") }, () => {
  const agents: AgentProgram[] = [];
  const mails: string[] = [];
  const service = "python3 full-everywhere.py";
  let scratch: Scratch;
  let program: ChildProcess;
  let ports: { readonly web: number; readonly mail: number };
  let alertmanager: AlertmanagerProgram;
  let web: HttpReceiver | null = null;
  let mail: SMTPServer | null = null;

  const written = (): string => join(scratch.path, "written");
  const script = (): string => join(scratch.path, "tell.sh");

  before(async () => {
    scratch = await makeScratch("channels");
    ports = { web: await freePort(), mail: await freePort() };
    alertmanager = await AlertmanagerProgram.in(
      scratch.path,
      `http://127.0.0.1:${ports.web}/from-alertmanager`,
    );
    writeFileSync(join(scratch.path, "slack-url"), `http://127.0.0.1:${ports.web}${SLACK}\n`);
    writeFileSync(join(scratch.path, "password"), `${PASSWORD}\n`);
    // JSON is YAML.
    writeFileSync(join(scratch.path, "descry.yaml"), JSON.stringify(configuration()));
    program = await startFull(join(scratch.path, "full-everywhere.py"));
  });

  after(async () => {
    await Promise.all(agents.map((agent) => agent.end("SIGKILL")));
    program?.kill("SIGKILL");
    await alertmanager?.stop();
    await web?.close();
    await new Promise<void>((resolve) => (mail === null ? resolve() : mail.close(() => resolve())));
    await scratch.remove();
  });

  const configuration = () => ({
    alerts: { "proven-for": "1s", "gone-for": "1s" },
    channels: {
      hook: { kind: "webhook", url: `http://127.0.0.1:${ports.web}/hook` },
      chat: { kind: "slack", url: `file:${join(scratch.path, "slack-url")}` },
      mail: {
        ...{ kind: "email", host: "127.0.0.1", port: ports.mail, encryption: "none" },
        ...{ user: "descry", password: `file:${join(scratch.path, "password")}` },
        ...{ sender: "descry@web-12.example", recipients: ["ops@example.org"] },
      },
      pager: { kind: "pagerduty", "routing-key": "env:PAGER_KEY", url: `http://127.0.0.1:${ports.web}` },
      am: { kind: "alertmanager", url: alertmanager.url, labels: { cluster: "test" } },
      run: { kind: "command", command: ["/bin/sh", script()] },
    },
  });
  const CHANNELS = ["hook", "chat", "mail", "pager", "am", "run"];

  function start(): AgentProgram {
    const args = ["--config", join(scratch.path, "descry.yaml"), "--state-dir", join(scratch.path, "state")];
    const agent = new AgentProgram(args, { PAGER_KEY: KEY });
    agents.push(agent);
    return agent;
  }

  /** Until each channel's attempt has failed in this run of the agent. */
  const allFail = (agent: AgentProgram): Promise<unknown> =>
    until(
      "every channel to fail",
      async () => {
        const { body } = await agent.get("/readyz");
        return CHANNELS.every((name) => body.includes(`"channel ${name}","ok":false`));
      },
      { timeoutSeconds: 60 },
    );

  async function takeMail(stream: Readable, done: () => void): Promise<void> {
    mails.push((await text(stream)).replaceAll(/\r\n[ \t]+/g, " "));
    done();
  }

  async function openReceivers(): Promise<void> {
    web = await httpReceiver(ports.web);
    mail = new SMTPServer({
      ...{ logger: false, closeTimeout: 100, disableReverseLookup: true, allowInsecureAuth: true },
      onAuth: ({ password }, _session, done) =>
        password === PASSWORD ? done(null, { user: "descry" }) : done(new Error("no")),
      onData: (stream, _session, done) => void takeMail(stream, done),
    });
    mail.listen(ports.mail, "127.0.0.1");
    await once(mail.server, "listening");
    writeFileSync(script(), `exec cat >> '${written()}'\n`);
    await alertmanager.start();
  }

  const posted = (path: string): readonly unknown[] =>
    web?.received.flatMap((one) => (one.path === path ? [one.body] : [])) ?? [];

  const toldByJson = (messages: readonly unknown[]): Told[] =>
    (messages as Received[]).flatMap(({ kind, alert }) =>
      alert.service === service ? [told(kind, alert.severity, alert.id)] : [],
    );

  /** What each receiver was told of the program, in the order in which it came. */
  const heard: Readonly<Record<string, () => Told[]>> = {
    hook: () => toldByJson(posted("/hook")),
    run: () =>
      toldByJson(
        existsSync(written())
          ? readFileSync(written(), "utf8")
              .trimEnd()
              .split("\n")
              .map((line) => JSON.parse(line) as unknown)
          : [],
      ),
    chat: () =>
      (posted(SLACK) as { text: string }[]).flatMap((message) =>
        message.text.includes(service) ? [toldBySubject(message.text, null)] : [],
      ),
    mail: () =>
      mails.flatMap((raw) => {
        const header = (name: string): string => new RegExp(`^${name}: (.*)$`, "m").exec(raw)?.[1] ?? "";
        const subject = header("Subject").trim();
        return subject.includes(service) ? [toldBySubject(subject, header("X-Descry-Alert").trim())] : [];
      }),
    pager: () => {
      const events = posted("/v2/enqueue") as {
        readonly event_action: string;
        readonly routing_key: string;
        readonly dedup_key: string;
        readonly payload?: { readonly component: string; readonly severity: string };
      }[];
      const own = new Set(
        events.flatMap(({ payload, dedup_key: key }) => (payload?.component === service ? [key] : [])),
      );
      return events.flatMap(({ event_action: action, routing_key: routing, dedup_key: key, payload }) => {
        assert.equal(routing, KEY);
        if (!own.has(key)) return [];
        return [told(action, payload?.severity ?? null, key)];
      });
    },
    am: () =>
      (posted("/from-alertmanager") as Page[]).flatMap(({ alerts }) =>
        alerts.flatMap(({ status, labels }) =>
          labels["service"] === service ? [told(status, labels["severity"] ?? null, null)] : [],
        ),
      ),
  };

  const allHeard = (count: number): Promise<unknown> =>
    until(
      `${count} messages from each`,
      () => CHANNELS.every((name) => (heard[name]?.() ?? []).length >= count),
      { timeoutSeconds: 60 },
    );

  const allNoted = (agent: AgentProgram): Promise<unknown> =>
    until("every delivery to be noted", async () => {
      const { body } = await agent.get("/metrics");
      return CHANNELS.every((name) => body.includes(`descry_notifications_waiting{channel="${name}"} 0\n`));
    });

  test("tells each of them once that it fires and once that it is over, across an outage, a kill and a restart", async () => {
    const killed = start();
    await allFail(killed);
    await killed.end("SIGKILL");
    const killedAt = new Date().toISOString();
    const restarted = start();
    await allFail(restarted);
    assert.equal(await restarted.end("SIGTERM"), 0);
    const last = start();
    await allFail(last);

    await openReceivers();
    await allHeard(1);
    await allNoted(last);
    const [alert] = (posted("/hook") as Received[]).flatMap((one) =>
      one.alert.service === service ? [one.alert] : [],
    );
    assert.ok(
      alert !== undefined && (alert.firingAt ?? killedAt) < killedAt,
      "the kill made another one of it",
    );
    const { id } = alert;
    const fires = {
      hook: told("firing", "page", id),
      chat: told("firing", "page", null),
      mail: told("firing", "page", id),
      pager: told("trigger", "critical", id),
      am: told("firing", "page", null),
      run: told("firing", "page", id),
    };
    const own = (await alertmanager.active()).filter(({ labels }) => labels["service"] === service);
    assert.deepEqual(
      own.map(({ labels, status }) => [labels["severity"], labels["cluster"], status.state]),
      [["page", "test", "active"]],
    );

    program.kill("SIGKILL");
    await allHeard(2);
    await allNoted(last);
    const over = {
      hook: told("resolved", "page", id),
      chat: told("resolved", "page", null),
      mail: told("resolved", "page", id),
      pager: told("resolve", null, id),
      am: told("resolved", "page", null),
      run: told("resolved", "page", id),
    };
    for (const [name, each] of Object.entries(heard))
      assert.deepEqual(each(), [fires[name as keyof typeof fires], over[name as keyof typeof over]], name);
    const left = (await alertmanager.active()).filter(({ labels }) => labels["service"] === service);
    assert.deepEqual(left, []);
    assert.equal(await last.end(), 0);
  });
});
