import assert from "node:assert/strict";
import { mkdtempDisposableSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { LIFE } from "../alerts/life/options.ts";
import { nearest } from "../cli/nearest.ts";
import { DEFAULT_METRICS_OPTIONS } from "../metrics/options.ts";
import { UNDECLARED } from "../model/declared.ts";
import { DescryError } from "../model/error.ts";
import { HISTORY_OPTIONS } from "../model/history.ts";
import { DEFAULT_SERVER_OPTIONS } from "../server/options.ts";
import { agentSettingsOf } from "./agent.ts";
import { YamlText } from "./document.ts";
import { readAgent, rereadAgent } from "./read.ts";
import { SETTINGS } from "./schema.ts";
import { defaultSettings, settingsOf } from "./settings.ts";

const judged = (text: string) => settingsOf(new YamlText(text, SETTINGS), nearest);

const faultsIn = (text: string): string[] =>
  judged(text).faults.map(({ line, message, mend }) => `${line}: ${message} | ${mend}`);

function settingsIn(text: string) {
  const { settings, faults } = judged(text);
  assert.deepEqual(faults, []);
  assert.ok(settings !== null);
  return agentSettingsOf(settings);
}

test("agent settings: a file that says nothing has the constants of the rooms", () => {
  assert.deepEqual(agentSettingsOf(defaultSettings()), {
    server: DEFAULT_SERVER_OPTIONS,
    stateFolder: null,
    cpuBudget: 0.01,
    history: HISTORY_OPTIONS,
    alerts: LIFE,
    metrics: DEFAULT_METRICS_OPTIONS,
    channels: [],
    declared: { services: new Map() },
  });
});

test("agent settings: what is written comes in the units of the rooms", () => {
  const { server, stateFolder, cpuBudget, history, alerts, metrics } = settingsIn(`
agent:
  listen: 0.0.0.0:9000
  token: env:DESCRY_TOKEN
  host-names: [web-12.example]
  origins: [https://overview.example]
  requests-per-second: 10
  event-readers: 3
  state-folder: /srv/descry
  cpu-budget: 2.5%
history: { every-second: 12h, every-minute: 7d, every-hour: 2d12h, events: 500MB, services: 9, peers-per-service: 0 }
alerts: { page-below: 30m, proven-for: 1m, suspected-for: never, gone-for: 90s, unseen-for: 1h, again-after: 0s }
metrics: { services: 1, peers-per-service: 2, verdicts: 3, addresses: 4, places-held: 1m30s }
`);
  assert.deepEqual(server, {
    ...{ listen: "0.0.0.0:9000", token: { env: "DESCRY_TOKEN" }, hostNames: ["web-12.example"] },
    ...{ origins: ["https://overview.example"], requestsPerSecond: 10, mostReaders: 3 },
  });
  assert.deepEqual([stateFolder, cpuBudget], ["/srv/descry", 0.025]);
  assert.deepEqual(history, {
    ...{ keepTicks: 43_200_000, keepMinutes: 604_800_000, keepHours: 216_000_000 },
    ...{ eventBytes: 500_000_000, mostServices: 9, topPeers: 0 },
  });
  assert.deepEqual(alerts, {
    ...{ pageWithin: 1_800_000, provenFor: 60_000, suspectedFor: null, goneFor: 90_000 },
    ...{ unseenFor: 3_600_000, againAfter: 0, services: new Map() },
  });
  assert.deepEqual(metrics, {
    ...{ services: 1, peersPerService: 2, verdicts: 3, addresses: 4, placeHeldSeconds: 90 },
  });
});

test("agent settings: each kind of channel", () => {
  const { channels } = settingsIn(`
channels:
  hook: { kind: webhook, url: https://alerts.example/descry, token: file:/etc/descry/token, severity: page, timeout: 3s }
  chat: { kind: slack, url: file:/etc/descry/slack }
  mail: { kind: email, host: smtp.example, user: descry, password: env:SMTP, sender: a@b, recipients: [c@d, e@f] }
  duty: { kind: pagerduty, routing-key: env:KEY }
  am: { kind: alertmanager, url: env:AM_URL, labels: { cluster: eu-1 } }
  run: { kind: command, command: [/bin/tell, --now] }
`);
  const head = { from: "ticket", timeout: 10_000 };
  assert.deepEqual(channels, [
    {
      ...{ name: "hook", kind: "webhook", url: "https://alerts.example/descry" },
      ...{ token: { file: "/etc/descry/token" }, from: "page", timeout: 3000 },
    },
    { ...head, name: "chat", kind: "slack", url: { file: "/etc/descry/slack" } },
    {
      ...{ ...head, name: "mail", kind: "email", host: "smtp.example", port: 587, encryption: "starttls" },
      ...{ user: "descry", password: { env: "SMTP" }, sender: "a@b", recipients: ["c@d", "e@f"] },
    },
    {
      ...{ ...head, name: "duty", kind: "pagerduty", url: "https://events.pagerduty.com" },
      routingKey: { env: "KEY" },
    },
    {
      ...{ ...head, name: "am", kind: "alertmanager", url: { env: "AM_URL" } },
      ...{ token: null, labels: { cluster: "eu-1" } },
    },
    { ...head, name: "run", kind: "command", command: ["/bin/tell", "--now"] },
  ]);
});

test("agent settings: what is declared of services", () => {
  const { declared, alerts } = settingsIn(
    "services: { a: { owner: team-a, page-below: never, suspected-for: 1h, ignore: true }, b: { page-below: 20m } }",
  );
  assert.deepEqual(
    [...declared.services],
    [
      ["a", { ...UNDECLARED, owner: "team-a", pageWithin: "never", suspectedFor: 3_600_000, ignore: true }],
      ["b", { ...UNDECLARED, pageWithin: 1_200_000 }],
    ],
  );
  assert.equal(alerts.services, declared.services);
});

test("configuration: a channel of no kind, of an unknown one and with another's settings is refused", () => {
  assert.deepEqual(
    faultsIn(`channels:
  a:
    url: https://x
  b:
    kind: slak
  c:
    kind: slack
    url: env:X
    rooting-key: env:Y
  d: { kind: pagerduty, rooting-key: env:Y }
  e:
`),
    [
      "2: channels.a has no kind | It may be webhook, slack, email, pagerduty, alertmanager, command.",
      '5: channels.b.kind is "slak" | Did you mean slack?',
      '9: "rooting-key" is no setting of channels.c | It has kind, url, severity, timeout.',
      '10: "rooting-key" is no setting of channels.d | Did you mean routing-key?',
      "10: channels.d has no routing-key | Write it below: file:/PATH or env:NAME, where the secret is read.",
      "11: channels.e has no kind | It may be webhook, slack, email, pagerduty, alertmanager, command.",
    ],
  );
});

test("configuration: a secret that stands in the file is refused, and not repeated", () => {
  const secrets = [
    "channels: { a: { kind: slack, url: https://hooks.example/T0/hunter2 } }",
    "channels: { a: { kind: pagerduty, routing-key: hunter2 } }",
    "channels: { a: { kind: webhook, url: https://u:hunter2@h/ } }",
    "channels: { a: { kind: webhook, url: https://h/?token=hunter2 } }",
    "channels: { a: { kind: webhook, url: https://h/, token: hunter2 } }",
    "channels: { a: { kind: webhook, url: https://h/, token: { file: hunter2 } } }",
    "channels: { a: { kind: webhook, url: https://h/, token: file:hunter2 } }",
    "channels: { a: { kind: webhook, url: https://h/, token: *hunter2 } }",
    "channels: { a: { kind: webhook, url: https://h/, token: !hunter2 x } }",
    "channels: { a: { kind: slack, url: |hunter2\n  x } }",
    "channels: { a: https://hooks.example/hunter2 }",
    "channels: https://hooks.example/hunter2",
    "agent: { token: hunter2 }",
  ];
  for (const text of secrets) {
    const faults = faultsIn(text);
    assert.ok(faults.length > 0, text);
    for (const fault of faults) assert.doesNotMatch(fault, /hunter2/, text);
  }
  assert.match(
    faultsIn("agent: { token: hunter2 }")[0] ?? "",
    /^1: agent\.token is a secret, and stands here for everybody to read \| Put it into a file .*file:\/PATH/,
  );
});

test("configuration: a text that means nothing is refused with what it should be", () => {
  const fault = (text: string): string => faultsIn(text)[0] ?? "";
  assert.equal(
    fault("history: { every-second: 24 }"),
    "1: history.every-second is 24 | It has to be a duration from 10m to 30d, as 90s or 24h.",
  );
  assert.equal(
    fault("alerts: { suspected-for: 5s }"),
    '1: alerts.suspected-for is "5s" | It has to be a duration from 10s to 30d, as 90s or 24h. It may also be never.',
  );
  assert.match(fault("history: { events: 64 }"), /It has to be a size from 1MiB to 100GiB/);
  assert.match(
    fault("agent: { cpu-budget: 0.01 }"),
    /is 0\.01 \| It has to be a share from 0\.1% to 100%, as 1%/,
  );
  assert.match(fault("agent: { listen: 8321 }"), /is 8321 \| It has to be ADDRESS:PORT/);
  assert.match(fault("agent: { listen: web:80 }"), /is "web:80" \| Write ADDRESS:PORT with an IP address/);
  assert.match(fault("agent: { host-names: web }"), /is "web" \| It has to be a list/);
  assert.match(
    fault("agent: { host-names: [web:80] }"),
    /agent\.host-names\.0 is "web:80" \| Write it without/,
  );
  // An agent without a folder refuses to start, so a file cannot ask for it.
  assert.match(fault("agent: { state-folder: off }"), /state-folder is "off"/);
  assert.match(fault("agent: { state-folder: descry }"), /It has to be a whole path, or usual/);
  assert.match(fault("services: { a: { ignore: yes } }"), /is "yes" \| It has to be true or false/);
  assert.match(
    fault("channels: { a b: { kind: slack } }"),
    /"a b" cannot stand in channels \| Mend it: a channel/,
  );
  assert.match(
    fault("channels: { a: { kind: email, host: h, sender: a@b, recipients: [] } }"),
    /channels\.a\.recipients is empty/,
  );
});

test("configuration: a setting in another section than its own is told where it belongs", () => {
  assert.deepEqual(faultsIn("listen: 127.0.0.1:1\nagent: { page-below: 1h }\nhistory: { cpu-budgt: 1% }\n"), [
    '1: "listen" is no setting of the file | Did you mean agent.listen?',
    '2: "page-below" is no setting of agent | Did you mean alerts.page-below?',
    '3: "cpu-budgt" is no setting of history | It has every-second, every-minute, every-hour, events, services, peers-per-service.',
  ]);
});

test("configuration: what cannot be together is refused where it stands", () => {
  assert.deepEqual(faultsIn("agent:\n  cpu-budget: 2%\n  listen: 0.0.0.0:8321\n"), [
    "3: Listening on 0.0.0.0 without a token would show this host to everybody who reaches it | Set a token, or listen on 127.0.0.1.",
  ]);
  assert.deepEqual(
    faultsIn(
      "channels:\n  m:\n    kind: email\n    host: h\n    user: u\n    sender: a@b\n    recipients: [c@d]\n",
    ),
    ["5: channels.m has a user and no password | Name the password as well, or neither."],
  );
});

test("agent settings: what is read again is taken when it is good, and refused in words when it is not", async () => {
  using folder = mkdtempDisposableSync(join(tmpdir(), "descry-reload-"));
  const file = join(folder.path, "descry.yaml");
  const where = { named: null, usual: file, nearest };
  const atFirst = await readAgent(where);
  assert.equal(atFirst.path, null);
  writeFileSync(file, "agent: { cpu-budget: 3% }\n");
  const again = await rereadAgent(where, atFirst);
  assert.ok("read" in again);
  assert.deepEqual([again.read.path, again.read.settings.cpuBudget], [file, 0.03]);
  const refused = async (message: RegExp) => {
    const wrong = await rereadAgent(where, again.read);
    assert.ok("refusal" in wrong && wrong.refusal instanceof DescryError);
    assert.match(wrong.refusal.message, message);
    assert.notEqual(wrong.refusal.mend, "");
  };
  writeFileSync(file, "agent: { cpu-budget: 3 }\nzzz: 1\n");
  await refused(/:1: agent\.cpu-budget is 3\.$/);
  writeFileSync(file, Uint8Array.of(0xff));
  await refused(/no text in UTF-8/);
  rmSync(file);
  await refused(/is gone\.$/);
  writeFileSync(file, "");
  const empty = await rereadAgent(where, again.read);
  assert.ok("read" in empty);
  assert.equal(empty.read.settings.cpuBudget, 0.01);
});
