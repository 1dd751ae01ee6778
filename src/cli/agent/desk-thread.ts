/** The thread of the agent that keeps and tells what the other one found: history, alerts, channels, metrics and HTTP. */
import { type MessagePort, parentPort, workerData } from "node:worker_threads";
import { AgentDesk } from "../../agent/desk/desk.ts";
import { readToken } from "../../agent/desk/token.ts";
import { runningAgent } from "../../agent/here.ts";
import { DescryError } from "../../model/error.ts";
import { startServer } from "../../server/server.ts";
import { VERSION } from "../version.ts";
import { Questions } from "./questions.ts";
import { ownSite } from "./site-folder.ts";
import type { DeskStart, FromDesk, ToDesk } from "./messages.ts";

async function start(port: MessagePort, order: DeskStart): Promise<void> {
  const { folder, settings, procfs, host, environment, startedAt } = order;
  const say = (message: FromDesk): void => port.postMessage(message);
  const surroundings = { env: environment, version: VERSION };
  // What cannot serve is not to begin: a desk that is open tells channels, and holds the lock of the history.
  const options = { ...settings.server, token: readToken(settings.server.token, surroundings) };
  const questions = new Questions({ ask: say, now: () => performance.now() });
  const desk = await AgentDesk.open({ folder, settings, surroundings });
  const server = await startServer(
    {
      host,
      agent: runningAgent(procfs, VERSION, startedAt),
      snapshot: () => {
        if (!desk.isLookedAt()) say({ lookedAt: true });
        return desk.snapshot();
      },
      standing: () => desk.standing(),
      alerts: () => desk.alerts(),
      silences: desk.silences,
      history: desk.history,
      subscribe: (listener) => desk.subscribe(listener),
      metrics: () => desk.metrics(),
      readiness: () => desk.readiness(),
      listing: (pid) => questions.listing(pid),
    },
    options,
    (error) => say({ fault: error instanceof Error ? (error.stack ?? error.message) : String(error) }),
    ownSite(),
  ).catch(async (error: unknown) => {
    await desk.close();
    throw error;
  });
  const answer = async (message: Exclude<ToDesk, { readonly listing: number }>): Promise<void> => {
    if ("tick" in message) {
      say({ taken: await desk.take(message.tick), lookedAt: desk.isLookedAt() });
      return;
    }
    questions.end();
    await server.close();
    await desk.close();
    port.close();
  };
  // One after the other, in the order in which they came.
  let work = Promise.resolve();
  port.on("message", (message: ToDesk) => {
    // Who waits for it does not wait for the disk.
    if ("listing" in message) return questions.take(message.listing, message.part, message.last);
    const before = work;
    work = (async () => {
      await before;
      await answer(message);
    })();
  });
  say({ url: server.url });
}

async function serve(port: MessagePort): Promise<void> {
  try {
    await start(port, workerData as DeskStart);
  } catch (error) {
    if (!(error instanceof DescryError)) throw error;
    const refused: FromDesk = { refused: { message: error.message, mend: error.mend } };
    port.postMessage(refused);
    port.close();
  }
}

// Compiling ahead (scripts/compile) loads this file too, and not as a thread.
if (parentPort !== null) await serve(parentPort);
