import { nearest } from "../nearest.ts";
import type { RawFlags, Options } from "../options.ts";
import { harmless } from "../screen/text.ts";
import type { Surroundings } from "../surroundings.ts";
import type { AgentClient } from "./client.ts";
import { type AgentPlace, agentPlace, placeWords } from "./place.ts";
import { Unanswered } from "./unanswered.ts";

type Here = ReturnType<Surroundings["agent"]["lookHere"]>;
type Terminal = Pick<Surroundings["terminal"], "err">;
type Quiet = Pick<Options, "quiet">;

/** An agent that watches the same processes of the same host. */
export interface Attached {
  readonly client: AgentClient;
  /** "127.0.0.1:8321" */
  readonly at: string;
  /** RFC 3339 UTC */
  readonly watchingSince: string;
}

/**
 * The agent that runs here; null: there is none, none is to be asked, or what answers cannot be gone by. Of what is no
 * agent, or does not let in who asks, one line tells; of an agent of another host, which a tunnel may lead to, none
 * does. Rejects with a DescryError when the address that was named is none.
 */
export async function findAgent(
  options: Pick<Options, "procfs" | "quiet" | "config">,
  flags: Pick<RawFlags, "agent">,
  { agent, environment, terminal, usual }: Pick<Surroundings, "agent" | "environment" | "terminal" | "usual">,
): Promise<Attached | null> {
  if (flags.agent === false) return null;
  const place = await agentPlace(environment, { named: options.config, usual: usual.configuration, nearest });
  if (place === null) return null;
  const here = agent.lookHere(options.procfs);
  const users = here.usersListeningOn(place.port);
  if (users.length === 0) return null;
  const stranger = users.find((uid) => !isTrusted(uid));
  if (stranger !== undefined) {
    tell(placeWords(place), `it belongs to user ${stranger}`, options, terminal);
    return null;
  }
  try {
    return await attach(place, here);
  } catch (error) {
    return byItself(error, placeWords(place), options, terminal);
  }
}

/**
 * What an agent answers; null: it does not, and of what could be mended one line has told. Its connections are closed.
 * Rejects only with what is no matter of the agent.
 */
export async function answered<T>(
  attached: Attached,
  options: Quiet,
  terminal: Terminal,
  ask: (attached: Attached) => Promise<T>,
): Promise<T | null> {
  try {
    return await ask(attached);
  } catch (error) {
    return byItself(error, attached.at, options, terminal);
  } finally {
    attached.client.close();
  }
}

async function attach(place: AgentPlace, here: Here): Promise<Attached | null> {
  // The schemas take 25 MB and 0.2 s, so they are loaded only where something answers.
  const { AgentClient: Client } = await import("./client.ts");
  const client = new Client(place, Date.now);
  try {
    const { bootId, process, watchingSince } = await client.agent();
    const isSame =
      bootId !== null &&
      bootId === here.bootId() &&
      process !== null &&
      process.startTicks === here.startOf(process.pid);
    // One that has not read its host yet knows nothing.
    if (isSame && watchingSince !== null) return { client, at: placeWords(place), watchingSince };
    client.close();
    return null;
  } catch (error) {
    client.close();
    throw error;
  }
}

/**
 * Root, the system's own users and whoever asks: another could say that nothing leaks, and would be given the token.
 * System users by login.defs(5) and systemd's ranges for DynamicUser=.
 */
function isTrusted(uid: number): boolean {
  return uid < 1000 || (uid >= 61_184 && uid <= 65_519) || uid === process.getuid?.();
}

function byItself(error: unknown, at: string, options: Quiet, terminal: Terminal): null {
  if (!(error instanceof Unanswered)) throw error;
  if (error.why !== "nobody" && error.why !== "busy") tell(at, error.message, options, terminal);
  return null;
}

function tell(at: string, what: string, { quiet }: Quiet, terminal: Terminal): void {
  if (!quiet)
    terminal.err(`descry: What listens on ${at} is not asked: ${harmless(what)}. descry looks by itself.`);
}
