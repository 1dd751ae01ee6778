import type { ProcessFact } from "../model/facts.ts";

/**
 * The name under which a process is judged. It must survive a restart and a deploy, so it never holds a pid, a
 * container id or the hash of a pod: the systemd unit where there is one, else a readable command.
 */
export function serviceName(process: Pick<ProcessFact, "name" | "command" | "cgroup">): string {
  return unitOf(process.cgroup) ?? readableCommand(process.name, process.command);
}

/** "nginx.service" of "/system.slice/nginx.service"; null outside a service unit. */
export function unitOf(cgroup: string | null): string | null {
  const parts = cgroup?.split("/") ?? [];
  // The innermost unit counts, but user@1000.service only holds the session in which the real units live.
  const unit = parts.findLast((part) => part.endsWith(".service"));
  if (unit === undefined || /^user@\d+\.service$/.test(unit)) return null;
  return unit.replaceAll(/\\x([0-9a-f]{2})/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)));
}

const INTERPRETER =
  /^(python[\d.]*|pypy[\d.]*|node|nodejs|ruby[\d.]*|perl[\d.]*|php[\d.]*|bash|sh|dash|deno|bun|Rscript)$/;
/** Options whose next argument belongs to them, so that it is not taken for the program. */
const WITH_ARGUMENT =
  /^(-cp|-classpath|--class-path|-p|--module-path|--add-modules|--add-opens|-W|-X|-r|--require|--import|--loader)$/;
/** Programs that name the application in an argument like "app:app". */
const SERVES_APPLICATION = /^(gunicorn|uvicorn|hypercorn|daphne|celery|rq|waitress-serve)$/;

/** "gunicorn app:app", "java -jar orders.jar", "node server.js", "python3 -m http.server"; at most 80 characters. */
export function readableCommand(name: string, command: readonly string[]): string {
  const [first] = command;
  if (first === undefined || first === "") return name || "unknown";
  // A title that the program wrote over its command ("nginx: worker process", "puma 5.6.4 (tcp://0.0.0.0:3000) [app]")
  // changes as it works; its first word does not.
  const title = command.length === 1 ? /^([\w.-]+):? /.exec(first) : null;
  if (title?.[1] !== undefined) return title[1];
  const program = baseName(first).replace(/^-/, "");
  // A program that was started through a descriptor ("/proc/self/fd/3") has no name of its own in its command.
  if (/^\d*$/.test(program)) return name || "unknown";
  return withApplication(program, command.slice(1)).slice(0, 80);
}

function withApplication(program: string, args: readonly string[]): string {
  if (/^java$/.test(program)) return javaCommand(args);
  if (INTERPRETER.test(program)) return interpreted(program, args);
  if (SERVES_APPLICATION.test(program)) return served(program, args);
  return program;
}

function interpreted(program: string, args: readonly string[]): string {
  const module = args.indexOf("-m");
  const at = firstOperand(args);
  if (module !== -1 && (at === -1 || module < at)) return `${program} -m ${args[module + 1] ?? ""}`.trim();
  const script = args[at];
  if (script === undefined || args.slice(0, at).some((arg) => /^-(c|e|-eval|-print)$/.test(arg)))
    return program;
  const base = baseName(script);
  // A script installed as a command ("/usr/bin/gunicorn") is known by its own name.
  if (!base.includes(".")) return withApplication(base, args.slice(at + 1));
  return `${program} ${base}`;
}

function javaCommand(args: readonly string[]): string {
  const jar = args.indexOf("-jar");
  if (jar !== -1) return `java -jar ${baseName(args[jar + 1] ?? "")}`.trim();
  const main = args[firstOperand(args)];
  if (main === undefined) return "java";
  return `java ${main.endsWith(".java") ? baseName(main) : (main.split(".").at(-1) ?? main)}`;
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
