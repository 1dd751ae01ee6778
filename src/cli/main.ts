import { CommanderError } from "commander";
import { DescryError } from "../model/error.ts";
import { loadAgent } from "./agent.ts";
import { BUG, EXEC_FAILED, OK, UNKNOWN } from "./exit-codes.ts";
import { failureWords } from "./failure.ts";
import { invocationHere } from "./invocation.ts";
import { usualStateFolder } from "./knowledge.ts";
import { createInterruption, listenForSignals } from "./interruption.ts";
import { buildProgram, type Run } from "./program.ts";
import { harmless } from "./screen/text.ts";
import { pluginLine } from "./screen/plugin-line.ts";
import { processTerminal } from "./terminal.ts";
import { VERSION } from "./version.ts";
import { usageError, withCommand } from "./usage.ts";

/** Runs one command line; resolves to the exit code. */
async function main(args: readonly string[]): Promise<number> {
  let code: number = OK;
  const run: Run = async (load, flags, operand) => {
    const interruption = createInterruption();
    listenForSignals(interruption);
    const broken: string[] = [];
    const terminal = processTerminal(flags.color !== false, (reason) => {
      if (reason !== null) broken.push(reason);
      interruption.end("closed");
    });
    const [{ run: command }, agent] = await Promise.all([load(), loadAgent()]);
    const environment = process.env;
    const invocation = invocationHere(environment["PATH"] ?? "", process.getuid?.());
    const usual = {
      configuration: "/etc/descry/descry.yaml",
      stateFolder: usualStateFolder(environment, process.getuid?.()),
    };
    code = await command(flags, operand, {
      agent,
      terminal,
      interruption,
      invocation,
      environment,
      usual,
      cost,
    });
    await written(process.stdout);
    const [reason] = broken;
    if (reason !== undefined)
      throw new DescryError(`Standard output cannot be written: ${reason}.`, "Check where it goes.");
  };
  const program = buildProgram(run);
  try {
    // Commander would print what it finds wrong by itself, in its own words.
    for (const command of [program, ...program.commands]) command.configureOutput({ writeErr: () => {} });
    const named = withCommand(args);
    try {
      await program.parseAsync(named, { from: "user" });
    } catch (error) {
      const wrong = error instanceof CommanderError ? usageError(error, named, program) : error;
      if (wrong !== null) throw wrong;
    }
    return code;
  } catch (error) {
    if (!(error instanceof DescryError)) {
      const bug = reportBug(error);
      return args[0] === "exec" ? EXEC_FAILED : bug;
    }
    return reportFailure(error, args);
  }
}

function cost(): { atMilliseconds: number; cpuMilliseconds: number; residentBytes: number } {
  const { user, system } = process.cpuUsage();
  return {
    atMilliseconds: performance.now(),
    cpuMilliseconds: (user + system) / 1000,
    residentBytes: process.memoryUsage.rss(),
  };
}

/** Monitoring reads the first line of standard output, so a check says there what is wrong with its usage as well. */
function reportFailure(error: DescryError, args: readonly string[]): number {
  const words = failureWords(error);
  if (args[0] === "exec") {
    process.stderr.write(`descry: ${words}\n`);
    return EXEC_FAILED;
  }
  const line = args[0] === "check" ? pluginLine(UNKNOWN, words) : `descry: ${words}`;
  const onOutput = args[0] === "check" && !args.includes("--json") && process.stdout.writable;
  const stream = onOutput ? process.stdout : process.stderr;
  stream.write(`${line}\n`);
  return UNKNOWN;
}

function reportBug(error: unknown): number {
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
  const where = stack.split("\n").slice(0, 6).map(harmless).join("\n");
  process.stderr.write(
    `descry: This is a bug in descry ${VERSION} (Node ${process.version}, ${process.arch}). ` +
      `Please report it with the command you ran and these lines:\n${where}\n`,
  );
  return BUG;
}

/** Resolves when everything has left the process, or when it is known that it cannot. */
async function written(stream: NodeJS.WriteStream): Promise<void> {
  if (stream.writable && stream.writableLength > 0) {
    await new Promise<void>((resolve) => void stream.write("", () => resolve()));
  }
  // A failed write is told a turn later.
  await new Promise((resolve) => void setImmediate(resolve));
}

// bin/descry set these for this process alone; above all a program that we start must not write into our compiled code.
for (const name of [
  "NODE_COMPILE_CACHE",
  "NODE_COMPILE_CACHE_PORTABLE",
  "MALLOC_ARENA_MAX",
  "MALLOC_MMAP_THRESHOLD_",
]) {
  delete process.env[name];
}
// Help and errors are written before any command watches its output.
for (const stream of [process.stdout, process.stderr]) {
  stream.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code === "EPIPE") process.exit(OK);
  });
}
process.on("uncaughtException", (error) => process.exit(reportBug(error)));
const code = await main(process.argv.slice(2));
await Promise.all([written(process.stdout), written(process.stderr)]);
process.exit(code);
