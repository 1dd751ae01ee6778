const INTERPRETER =
  /^(python[\d.]*|pypy[\d.]*|node|nodejs|ruby[\d.]*|perl[\d.]*|php[\d.]*|bash|sh|dash|Rscript)$/;
/** Interpreters and package runners that take a word for what to do before what to do it with. */
const TASKS: Readonly<Record<string, RegExp>> = {
  deno: /^(?:run|task|serve|test)$/,
  dotnet: /^(?:run|exec|watch)$/,
  bun: /^(?:run|x|test)$/,
  npm: /^(?:run|run-script|exec)$/,
  yarn: /^(?:run|exec)$/,
  pnpm: /^(?:run|exec)$/,
  npx: /^$/,
  artisan: /^$/,
};
/** Options whose next argument belongs to them, so that it is not taken for the program. */
const WITH_ARGUMENT =
  /^(-cp|-classpath|--class-path|-p|--module-path|--add-modules|--add-opens|-W|-X|-r|--require|--import|--loader|--env-file|--config)$/;
/** Options of package runners whose next argument says where, not what. */
const PLACE = /^(?:--prefix|-C|--dir|--cwd|-w|--workspace|--filter)$/;
/** Programs that name the application in an argument like "app:app". */
const SERVES_APPLICATION = /^(gunicorn|uvicorn|hypercorn|daphne|granian|rq|waitress-serve)$/;
/** Version and build behind the name of a jar: a deploy must not make another service of it. */
const BUILD =
  /[-_.]v?\d+(?:\.\d+)+(?:[-._+](?:SNAPSHOT|RELEASE|FINAL|GA|RC\d*|M\d+|b\d+|[0-9a-f]{7,40}))*(?=\.jar$)/i;

/**
 * A command as people call it: "gunicorn app:app", "java -jar orders.jar", "node server.js", "python3 -m http.server";
 * at most 80 characters. Nothing in it changes while the program runs or from one start to the next.
 */
export function readableCommand(name: string, command: readonly string[]): string {
  const [first] = command;
  if (first === undefined || first === "") return name || "unknown";
  const title = command.length === 1 ? titleName(first) : null;
  if (title !== null) return title.slice(0, 80);
  const program = baseName(first).replace(/^-/, "");
  // A program that was started through a descriptor ("/proc/self/fd/3") has no name of its own in its command.
  if (/^\d*$/.test(program)) return name || "unknown";
  return withApplication(program, command.slice(1)).slice(0, 80);
}

/**
 * The part that stays of a title that a program wrote over its command: "nginx: worker process", "puma 5.6.4
 * (tcp://0.0.0.0:3000) [app]". Null when it is no title.
 */
function titleName(text: string): string | null {
  const application = /^gunicorn: \w+ \[([\w.]+:[\w.()]+)\]$/.exec(text)?.[1];
  if (application !== undefined) return `gunicorn ${application}`;
  const pool = /^php-fpm[\d.]*: pool ([\w.-]+)/.exec(text)?.[1];
  if (pool !== undefined) return `php-fpm pool ${pool}`;
  const script = /^(?:npm|yarn|pnpm) (?:run |exec )?[\w:.-]+/.exec(text)?.[0];
  if (script !== undefined) return script;
  if (text.startsWith("[celeryd:")) return "celery";
  // Redis keeps its path in front of the title; a path with a blank in it has more slashes after that.
  return /^([\w.-]+):? /.exec(text)?.[1] ?? /^\/\S*\/([\w.-]+) [^/]*$/.exec(text)?.[1] ?? null;
}

function withApplication(program: string, args: readonly string[]): string {
  if (program === "java") return javaCommand(args);
  if (Object.hasOwn(TASKS, program)) return tasked(program, args);
  if (program === "beam.smp") return erlang(program, args);
  if (program === "celery") return celery(args);
  if (INTERPRETER.test(program)) return interpreted(program, args);
  if (SERVES_APPLICATION.test(program)) return served(program, args);
  return program;
}

function interpreted(program: string, args: readonly string[]): string {
  const module = args.indexOf("-m");
  const at = firstOperand(args);
  if (module !== -1 && (at === -1 || module < at)) {
    const named = args[module + 1] ?? "";
    const rest = args.slice(module + 2);
    return SERVES_APPLICATION.test(named) || named === "celery"
      ? withApplication(named, rest)
      : `${program} -m ${named}`.trim();
  }
  const script = args[at];
  if (script === undefined || args.slice(0, at).some((arg) => /^-(c|e|-eval|-print)$/.test(arg)))
    return program;
  const base = baseName(script);
  // A script installed as a command ("/usr/bin/gunicorn") is known by its own name.
  if (!base.includes(".") || base === "npm-cli.js")
    return withApplication(base.replace("-cli.js", ""), args.slice(at + 1));
  return `${program} ${base}`;
}

/** "npm start", "yarn run dev", "deno run main.ts", "artisan queue:work". */
function tasked(program: string, args: readonly string[]): string {
  const operands = args.filter((arg, at) => !arg.startsWith("-") && !PLACE.test(args[at - 1] ?? ""));
  const [first = "", second = ""] = operands;
  if (first === "") return program;
  const more = (TASKS[program] ?? /^$/).test(first) && second !== "";
  return `${program} ${more ? `${first} ${baseName(second)}` : baseName(first)}`;
}

/** "celery worker shop": what it does, and for which application. */
function celery(args: readonly string[]): string {
  const role = args.find((arg) => /^(?:worker|beat|flower|events)$/.test(arg));
  const at = args.findIndex((arg) => arg === "-A" || arg === "--app");
  const application =
    at === -1 ? args.find((arg) => arg.startsWith("--app="))?.slice("--app=".length) : args[at + 1];
  return ["celery", role, application].filter((word) => word !== undefined).join(" ");
}

/** The Erlang machine by the node's name: "beam.smp rabbit" of "-sname rabbit@host". */
function erlang(program: string, args: readonly string[]): string {
  const at = args.findIndex((arg) => arg === "-sname" || arg === "-name");
  const node = at === -1 ? undefined : /^[\w-]+/.exec(args[at + 1] ?? "")?.[0];
  return node === undefined ? program : `${program} ${node}`;
}

function javaCommand(args: readonly string[]): string {
  const at = firstOperand(args);
  const main = args[at];
  if (main === undefined) return "java";
  const option = args[at - 1];
  if (option === "-jar") return `java -jar ${baseName(main).replace(BUILD, "")}`;
  if (option === "-m" || option === "--module" || main.endsWith(".java"))
    return `java ${lastName(baseName(main))}`;
  return `java ${lastName(main)}`;
}

/** "Main" of "com.example.Main". */
function lastName(main: string): string {
  return main.endsWith(".java") ? main : (main.split(".").at(-1) ?? main);
}

function served(program: string, args: readonly string[]): string {
  const application = args.find(
    (arg) => /^[\w.]+:[\w.()]+$/.test(arg) && !/^[\d.]+:\d+$/.test(arg) && !arg.startsWith("localhost:"),
  );
  return application === undefined ? program : `${program} ${application}`;
}

function firstOperand(args: readonly string[]): number {
  for (let at = 0; at < args.length; at++) {
    const arg = args[at] ?? "";
    if (WITH_ARGUMENT.test(arg)) at++;
    else if (!arg.startsWith("-")) return at;
  }
  return -1;
}

function baseName(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1) || path;
}
