/** Where the server may listen. */
import { BlockList, isIP } from "node:net";
import { DescryError } from "../model/error.ts";

export interface ListenAddress {
  /** An IP address, never a name. */
  readonly address: string;
  /** 0: the kernel chooses one. */
  readonly port: number;
}

const loopback = new BlockList();
loopback.addSubnet("127.0.0.0", 8, "ipv4");
loopback.addAddress("::1", "ipv6");

/** Only this host can reach it. */
export function isLoopback(address: string): boolean {
  const family = isIP(address);
  return family !== 0 && loopback.check(address, family === 6 ? "ipv6" : "ipv4");
}

/**
 * "127.0.0.1:8321", "[::1]:8321", "0.0.0.0:8321"; "localhost" is 127.0.0.1. Other names are refused: what they resolve
 * to is another's decision. Throws a DescryError.
 */
export function parseListen(text: string): ListenAddress {
  const [, bracketed, plain, port] = /^(?:\[([0-9A-Fa-f:.]+)\]|([^[\]:\s]+)):(\d{1,5})$/.exec(text) ?? [];
  const address = bracketed ?? (plain === "localhost" ? "127.0.0.1" : plain) ?? "";
  const wanted = bracketed === undefined ? 4 : 6;
  if (isIP(address) !== wanted || Number(port) > 65_535)
    throw new DescryError(
      `"${printable(text)}" is no address to listen on.`,
      "Write ADDRESS:PORT with an IP address, for example 127.0.0.1:8321 or [::1]:8321.",
    );
  return { address, port: Number(port) };
}

/** At least so many characters: 16 random bytes in base64. */
export const SHORTEST_TOKEN = 22;

/** Refuses to let strangers in: off the loopback address a token is needed. Throws a DescryError. */
export function checkToken({ address }: ListenAddress, token: string | null): void {
  if (token === null && !isLoopback(address))
    throw new DescryError(
      `Listening on ${address} without a token would show this host to everybody who reaches it.`,
      "Set a token, or listen on 127.0.0.1.",
    );
  if (token !== null && !new RegExp(`^[\\x21-\\x7e]{${SHORTEST_TOKEN},512}$`).test(token))
    throw new DescryError(
      `The token is not ${SHORTEST_TOKEN} to 512 characters without spaces, all of them ASCII.`,
      "Make one with: openssl rand -hex 32",
    );
}

/** What listen(2) said, in words with a mend. */
export function listenFault(error: unknown, { address, port }: ListenAddress): DescryError {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  const at = isIP(address) === 6 ? `[${address}]:${port}` : `${address}:${port}`;
  const [why, mend] = LISTEN_FAULTS[code] ?? [
    error instanceof Error ? error.message : String(error),
    "Choose another.",
  ];
  return new DescryError(`Cannot listen on ${at}: ${why}.`, mend);
}

const LISTEN_FAULTS: Readonly<Record<string, readonly [string, string]>> = {
  EADDRINUSE: ["another program has that port", "Choose another port, or stop that program."],
  EACCES: ["a port below 1024 needs CAP_NET_BIND_SERVICE", "Choose a port above 1023."],
  EADDRNOTAVAIL: ["this host has no such address", "Choose an address of this host; ip addr lists them."],
};

function printable(text: string): string {
  return text.slice(0, 80).replaceAll(/[^\x20-\x7e]/g, "?");
}
