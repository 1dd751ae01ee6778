/**
 * Which Host and Origin are let in. A page on the Internet can make its own name resolve to 127.0.0.1 (DNS rebinding)
 * and then read what a browser on this host may read; the browser still sends that name as Host. A literal address
 * cannot be rebound, so those of this server are let in, with any port: a tunnel changes the port (`ssh -L`), a page cannot.
 */
import { isIP, isIPv4, isIPv6 } from "node:net";
import { isLoopback } from "../listen.ts";

export interface Allowed {
  /** The address that is listened on. */
  readonly address: string;
  /** Names under which users reach the server besides; lower case, without port. */
  readonly names: readonly string[];
  /** Origins of pages elsewhere that may read the answers: "https://overview.example". */
  readonly origins: readonly string[];
}

/** Exactly a name or a literal address and a port, as browsers write them; null: no such thing. */
export function parseHost(text: string): { readonly name: string; readonly port: number | null } | null {
  const [, bracketed, plain, port] =
    /^(?:\[([0-9a-f:.]{2,45})\]|([a-z0-9_.-]{1,253}))(?::(\d{1,5}))?$/i.exec(text) ?? [];
  const name = (bracketed ?? plain)?.toLowerCase();
  if (name === undefined || (bracketed !== undefined && !isIPv6(bracketed)) || Number(port ?? 0) > 65_535)
    return null;
  return { name, port: port === undefined ? null : Number(port) };
}

/** A name with a trailing dot is another name here, although it resolves alike: nobody needs it. */
export function isHostAllowed(text: string, { address, names }: Allowed): boolean {
  const name = parseHost(text)?.name;
  if (name === undefined) return false;
  if (names.includes(name)) return true;
  if (isIP(name) === 0) return name === "localhost" && reachableByLoopback(address);
  return isSame(name, address) || isWildcard(address) || (isLoopback(address) && isLoopback(name));
}

/** Of the page that asks: this server's own, or one that was allowed. Without an Origin no page asks, or only a link. */
export function isOriginAllowed(origin: string, host: string, { origins }: Allowed): boolean {
  return origins.includes(origin) || origin === `http://${host}` || origin === `https://${host}`;
}

function reachableByLoopback(address: string): boolean {
  return isLoopback(address) || isWildcard(address);
}

function isWildcard(address: string): boolean {
  return address === "0.0.0.0" || address === "::";
}

/** Two texts of one IPv6 address: as a URL writes them. */
function isSame(name: string, address: string): boolean {
  if (isIPv4(name) || isIPv4(address)) return name === address;
  return new URL(`http://[${name}]`).hostname === new URL(`http://[${address}]`).hostname;
}
