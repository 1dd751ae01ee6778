import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { readAgent } from "../../config/read.ts";
import type { ServerSettings } from "../../model/agent-settings.ts";
import type { Secret } from "../../model/channels.ts";
import { type ListenAddress, parseListen } from "../../server/listen.ts";
import { DEFAULT_SERVER_OPTIONS } from "../../server/options.ts";

/** Where an agent would be, and what lets in there. */
export interface AgentPlace extends ListenAddress {
  readonly token: string | null;
}

type Where = Parameters<typeof readAgent>[0];
type Environment = Readonly<Record<string, string | undefined>>;

const OFF = "off";

/**
 * DESCRY_AGENT=ADDR:PORT and DESCRY_TOKEN over the configuration; null: no agent is to be asked (DESCRY_AGENT=off). One
 * that listens on every address is asked on the loopback one. Rejects with a DescryError when the address is none, or
 * the configuration is no good.
 */
export async function agentPlace(environment: Environment, where: Where): Promise<AgentPlace | null> {
  const named = environment["DESCRY_AGENT"] ?? "";
  if (named === OFF) return null;
  const settings = await serverSettings(where);
  const { address, port } = parseListen(named === "" ? settings.listen : named);
  if (port === 0) return null;
  const token = environment["DESCRY_TOKEN"] || (await secretText(settings.token, environment));
  return { address: NEAR[address] ?? address, port, token };
}

/** Where there is no configuration nothing is loaded to read it. */
async function serverSettings(where: Where): Promise<Pick<ServerSettings, "listen" | "token">> {
  if (where.named === null && !existsSync(where.usual)) return DEFAULT_SERVER_OPTIONS;
  return (await readAgent(where)).settings.server;
}

const NEAR: Readonly<Record<string, string>> = { "0.0.0.0": "127.0.0.1", "::": "::1" };

/** null: there is none, or who asks may not read it; then the agent says that it wants one. */
async function secretText(secret: Secret | null, environment: Environment): Promise<string | null> {
  if (secret === null) return null;
  if ("env" in secret) return environment[secret.env] || null;
  try {
    return (await readFile(secret.file, "utf8")).trim() || null;
  } catch {
    return null;
  }
}

/** "127.0.0.1:8321", "[::1]:8321" */
export function placeWords({ address, port }: ListenAddress): string {
  return address.includes(":") ? `[${address}]:${port}` : `${address}:${port}`;
}

/** How that place is asked for a path: host, port, path, and the headers that let in. */
export function requestTo(place: AgentPlace, path: string) {
  const { address, port, token } = place;
  const authorization = token === null ? {} : { authorization: `Bearer ${token}` };
  return { host: address, port, path, headers: { host: placeWords(place), ...authorization } };
}
