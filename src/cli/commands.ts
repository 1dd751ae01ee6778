export const DESCRIPTION =
  "Finds file descriptors and sockets that are opened and not given back, long before the limit is hit.";

export type Flag = readonly [flags: string, description: string];

const CONFIG: Flag = [
  "--config <file>",
  "the configuration (default: DESCRY_CONFIG, else /etc/descry/descry.yaml if it is there)",
];

const COMMON: readonly Flag[] = [
  ["--json", "print JSON, one object a line"],
  ["--for <duration>", "how long to watch: 500ms, 10s, 2m30s, 2h"],
  ["--interval <duration>", "time between two readings (default: 1s)"],
  ["--procfs <path>", "where procfs is mounted (default: HOST_PROC, else /proc)"],
  CONFIG,
  ["--quiet", "nothing but the result"],
  ["--no-color", "no colours (NO_COLOR is honoured too)"],
];

const STATE: Flag = [
  "--state-dir <folder>",
  "where learned baselines are kept, off for none (default: DESCRY_STATE_DIR, else /var/lib/descry for root, ~/.local/state/descry for others, if it is there)",
];

const NO_AGENT: Flag = ["--no-agent", "look here, without asking a running agent"];

const ROOT: Flag = [
  "--root <folder>",
  "the system is in this folder, as when an image is built; nothing is started",
];
const DRY_RUN: Flag = ["--dry-run", "print what would be done, and do nothing"];

const PID: Flag = ["--pid <n>", "this process and its descendants; can be repeated"];
const SERVICE: Flag = ["--service <name>", "this service; can be repeated"];
const TARGETS: readonly Flag[] = [PID, SERVICE];

const AGENT =
  "Where an agent runs on this host (DESCRY_AGENT=ADDR:PORT, with DESCRY_TOKEN; DESCRY_AGENT=off: none is asked), it shows what that one sees;\n" +
  "with --pid, --state-dir, or --for where one look is printed, it looks by itself.";

/** What can be asked of `descry config`. */
export const CONFIG_WISHES = ["check", "show", "reference"] as const;
export const CONFIG_OPERAND = `<${CONFIG_WISHES.join("|")}>`;

/** What can be asked of `descry alert`. */
export const ALERT_WISHES = ["list", "silence", "silences", "unsilence", "test"] as const;
export const ALERT_OPERAND = `<${ALERT_WISHES.join("|")}> [channel|id]`;

export type CommandName =
  | "top"
  | "inspect"
  | "check"
  | "watch"
  | "record"
  | "replay"
  | "exec"
  | "agent"
  | "doctor"
  | "config"
  | "alert"
  | "completion"
  | "install"
  | "uninstall"
  | "capture-script";

export interface Declared {
  readonly name: CommandName;
  readonly operand?: string;
  readonly summary: string;
  readonly flags: readonly Flag[];
  readonly more?: string;
}

/** The commands, their operands and flags: what the program takes, its help, its man page and completion are made of. */
export const COMMANDS: readonly Declared[] = [
  {
    name: "top",
    summary: "live table of every service, most at risk first (what descry does when no command is named)",
    flags: [
      ["--once", "print one table and exit; with --for, after that time"],
      ...TARGETS,
      NO_AGENT,
      STATE,
      ...COMMON,
    ],
    more: "Without a terminal it says what it sees, then prints events as lines and keeps running.\n" + AGENT,
  },
  {
    name: "inspect",
    operand: "[pid|service]",
    summary: "one service whole: what it holds, how old, why, what to do; none named: the one most at risk",
    flags: [["--once", "print one look and exit; with --for, after that time"], NO_AGENT, STATE, ...COMMON],
    more: "Without a terminal it prints the first look; give --for 30s to wait for rates and ages.\n" + AGENT,
  },
  {
    name: "check",
    summary: "watch, then one line and an exit code for monitoring and scripts",
    flags: [
      ...TARGETS,
      [
        "--critical-within <duration>",
        "a proven leak with more time left than this is WARNING only, unless a forecast gives its end",
      ],
      NO_AGENT,
      STATE,
      ...COMMON,
    ],
    more: [
      "A running agent that knows what is named answers at once. Else, or with --for, it watches here, for 2m unless told otherwise,",
      "and ends as soon as it is critical.",
      "Exit codes: 0 OK, 1 WARNING (suspect, or a bypassed pool), 2 CRITICAL (proven leak, at the limit, or about to run out),",
      "3 UNKNOWN (could not read, target gone, bad usage, interrupted).",
    ].join("\n"),
  },
  {
    name: "watch",
    summary: "events as they happen, until interrupted or --for",
    flags: [...TARGETS, STATE, ...COMMON],
    more: "Exit codes: 0; 130 or 143 when interrupted before the time that --for named was up; 3 when it could not read.",
  },
  {
    name: "record",
    summary: "write a recording, and print events as they happen",
    flags: [["-o, --output <file>", "the file to write"], ...TARGETS, ...COMMON],
    more:
      "The file holds the facts of the whole host, since the other end of a connection may be anywhere on it;\n" +
      "--pid and --service say what is judged. Secrets in arguments are removed.\n" +
      "Exit codes: 0; 130 or 143 when interrupted before the time that --for named was up; 3 when it could not read or write.",
  },
  {
    name: "replay",
    operand: "<file>",
    summary: "judge a recording, as fast as it goes; - reads standard input",
    flags: [
      ...TARGETS,
      [
        "--state-dir <folder>",
        "start with the learned baselines kept there (default: with none, as record does)",
      ],
      ...COMMON.filter(([flags]) => !/^--(?:for|interval|procfs)/.test(flags)),
    ],
    more: "Exit codes as check's: 0 nothing, 1 suspect, 2 leak, full or about to run out, 3 torn, foreign or empty file.",
  },
  {
    name: "exec",
    operand: "<command> [arg...]",
    summary:
      "run a command, for CI: what it, or a process named beside it, opens and does not give back fails it",
    flags: [
      ["--pid <n>", "also this process and its descendants, as the server under test; can be repeated"],
      ["--settle <duration>", "how long after the command to count (default: 3s)"],
      [
        "--allow <subject=n>",
        "so many of a subject may be kept: tcp:127.0.0.1:5432=20, file:/var/tmp=3, eventfd=1; can be repeated",
      ],
      ["--leak-exit-code <n>", "exit code for a leak (default: 2)"],
      ["--junit <file>", "write a report as JUnit XML"],
      ...COMMON.filter(([flags]) => !/^--(?:for|interval|no-color|config)/.test(flags)),
    ],
    more: [
      "Everything it says goes to standard error. Its environment variable DESCRY_EXEC marks the command's processes.",
      "A process that was there before and named with --pid fails the run when it has more open than before.",
      "A process that the run started fails it when what it held at its end had piled up; what it opened in one go at",
      "its start is set-up (docs/reference/exec.md).",
      "Exit codes: the command's own; 2 a leak, when the command itself succeeded; 125 descry could not do its part;",
      "126 the command cannot be executed; 127 there is no such command; 128+n it was killed by signal n.",
    ].join("\n"),
  },
  {
    name: "agent",
    summary: "the daemon: watches all the time, keeps history, tells people, serves metrics and the API",
    flags: [
      ["--listen <address:port>", "where HTTP is served (default: the configuration's, else 127.0.0.1:8321)"],
      STATE,
      ...COMMON.filter(([flags]) => !/^--(?:for|interval|quiet)/.test(flags)),
    ],
    more: [
      "SIGHUP reads the configuration again; one that is wrong changes nothing. descry install makes it a service.",
      "Exit codes: 0 when it was ended by a signal; 3 when it could not read, keep or serve.",
    ].join("\n"),
  },
  {
    name: "doctor",
    summary: "what can be read here, what that shows, what is missed, and how to see the rest",
    flags: COMMON.filter(([flags]) => /^--(?:json|procfs|no-color)/.test(flags)),
    more: "Exit codes: 0 all can be read, 1 a part, 3 nothing.",
  },
  {
    name: "config",
    operand: CONFIG_OPERAND,
    summary: "check the configuration, show what is in force, or print every setting there is",
    flags: [CONFIG, ["--json", "print JSON, one object a line"]],
    more: [
      "check says everything that is wrong, with its line; show prints the settings with the defaults filled in.",
      "Exit codes: 0 the configuration is good, 3 it is not or cannot be read.",
    ].join("\n"),
  },
  {
    name: "alert",
    operand: ALERT_OPERAND,
    summary: "what fires now, silences for a while, and test messages",
    flags: [
      ["--service <name>", "silence alerts of this service"],
      ["--rule <rule>", "silence alerts of this rule"],
      ["--fingerprint <fingerprint>", "silence this leak"],
      ["--for <duration>", "how long a silence is to hold: 30m, 2h, 3d; at most 30d"],
      ["--comment <text>", "why"],
      CONFIG,
      ["--json", "print JSON, one object a line"],
    ],
    more: [
      "  descry alert list                                   alerts that fire or are pending, silenced ones included",
      "  descry alert silence --service gunicorn --for 2h    tell nothing of them until then; what still fires is told at the end",
      "  descry alert silences                               those that hold, and those that ended within a day",
      "  descry alert unsilence ID                           ends one now",
      "  descry alert test ops                               one message through a channel of the configuration, that says that nothing leaks",
      "test reads secrets as this user, in this environment. All others ask the running agent of this host (DESCRY_AGENT, DESCRY_TOKEN).",
      "Exit codes: 0 done; 3 no agent answers, it refused, or the channel is not configured or did not take the message.",
    ].join("\n"),
  },
  {
    name: "completion",
    operand: "[shell]",
    summary: "print a script that makes bash, zsh or fish complete commands and flags",
    flags: [],
    more: "  source <(descry completion bash)",
  },
  {
    name: "install",
    summary: "make descry agent a service of systemd, with a user and rights of its own",
    flags: [
      [
        "--containers <yes|no>",
        "the right to look into networks of containers (default: yes where there are any now)",
      ],
      ["--program <path>", "what the service runs (default: this program)"],
      ["--force", "replace a unit that somebody has changed"],
      ROOT,
      DRY_RUN,
    ],
    more: [
      "Writes /etc/systemd/system/descry.service and, if there is none, /etc/descry/descry.yaml; starts the service where",
      "systemd runs, and says what it did. docs/install.md says what each right is for.",
      "Exit codes: 0 done; 1 a unit that somebody has changed was left as it is; 3 it could not be done.",
    ].join("\n"),
  },
  {
    name: "uninstall",
    summary: "stop the service and remove what install wrote",
    flags: [["--purge", "remove the history and what was learned as well"], ROOT, DRY_RUN],
    more: "What somebody has changed since is left, and said. Exit codes: 0 done, 3 it could not be done.",
  },
  {
    name: "capture-script",
    summary: "print a POSIX shell script that captures the same facts where descry cannot run",
    flags: [],
    more:
      "It needs sh, ls, cat, sleep and /proc; its first lines say its arguments.\n" +
      "  descry capture-script | sh | descry replay -\n" +
      "  descry capture-script | kubectl exec -i POD -- sh -s pid=1 | descry replay -",
  },
];

export const COMMAND_NAMES: readonly string[] = [...COMMANDS.map((command) => command.name), "help"];
