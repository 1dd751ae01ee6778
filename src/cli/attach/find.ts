import { DescryError } from "../../model/error.ts";
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

/** Why what listens there is not asked. */
interface Unasked {
  readonly at: string;
  readonly why: Unanswered["why"] | "foreign";
  readonly says: string;
}

type Around = Pick<Surroundings, "agent" | "environment" | "usual">;
type Asking = Pick<Options, "procfs" | "config">;

/**
 * The agent that runs here; null: there is none, none is to be asked, or what answers cannot be gone by. Of what is no
 * agent, or does not let in who asks, one line tells; of an agent of another host, which a tunnel may lead to, none
 * does. Rejects with a DescryError when the address that was named is none.
 */
export async function findAgent(
  options: Asking & Quiet,
  flags: Pick<RawFlags, "agent">,
  surroundings: Around & { readonly terminal: Terminal },
): Promise<Attached | null> {
  if (flags.agent === false) return null;
  const place = await placeOf(options, surroundings);
  const found = place === null ? null : await seek(place, options, surroundings);
  if (found === null || "client" in found) return found;
  if (isMendable(found.why)) tell(found.at, found.says, options, surroundings.terminal);
  return null;
}

/** What is done through an agent alone. Rejects with a DescryError where there is none, or it does not answer. */
export async function throughAgent<T>(
  options: Asking,
  surroundings: Around,
  ask: (client: AgentClient) => Promise<T>,
): Promise<T> {
  const place = await placeOf(options, surroundings);
  if (place === null)
    throw new DescryError(
      "No agent is to be asked: DESCRY_AGENT is off, or it listens on port 0.",
      "Name it: DESCRY_AGENT=127.0.0.1:8321.",
    );
  const found = await seek(place, options, surroundings);
  if (found === null)
    throw new DescryError(
      `No agent of this host answers on ${placeWords(place)}.`,
      "Start it with descry agent, or descry install; one that listens elsewhere is named with DESCRY_AGENT=ADDR:PORT.",
    );
  if (!("client" in found)) throw cannotBeAsked(found.at, found.says);
  try {
    return await ask(found.client);
  } catch (error) {
    throw error instanceof Unanswered ? cannotBeAsked(found.at, error.message) : error;
  } finally {
    found.client.close();
  }
}

function cannotBeAsked(at: string, says: string): DescryError {
  return new DescryError(
    `What listens on ${at} cannot be asked: ${harmless(says)}.`,
    "Check that it is descry agent; where it wants a token, name that with DESCRY_TOKEN or in the configuration.",
  );
}

function placeOf({ config }: Asking, { environment, usual }: Around): Promise<AgentPlace | null> {
  return agentPlace(environment, { named: config, usual: usual.configuration, nearest });
}

/** Null: nobody listens there, or an agent that watches other processes. */
async function seek(
  place: AgentPlace,
  { procfs }: Asking,
  { agent }: Around,
): Promise<Attached | Unasked | null> {
  const at = placeWords(place);
  const here = agent.lookHere(procfs);
  const users = here.usersListeningOn(place.port);
  if (users.length === 0) return null;
  const stranger = users.find((uid) => !isTrusted(uid));
  if (stranger !== undefined) return { at, why: "foreign", says: `it belongs to user ${stranger}` };
  try {
    return await attach(place, here);
  } catch (error) {
    if (!(error instanceof Unanswered)) throw error;
    return { at, why: error.why, says: error.message };
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
  if (isMendable(error.why)) tell(at, error.message, options, terminal);
  return null;
}

/** One that has gone or cannot answer at the moment is nothing to mend. */
function isMendable(why: Unasked["why"]): boolean {
  return why !== "nobody" && why !== "busy";
}

function tell(at: string, what: string, { quiet }: Quiet, terminal: Terminal): void {
  if (!quiet)
    terminal.err(`descry: What listens on ${at} is not asked: ${harmless(what)}. descry looks by itself.`);
}
