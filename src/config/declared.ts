import type { Declared, DeclaredService } from "../model/declared.ts";
import type { Settings } from "./schema.ts";
import { NEVER, NONE, USUAL } from "./schema/texts.ts";
import { milliseconds } from "./values.ts";

/** What settings say of services, as values of the model; peers in the one spelling that the kernel's addresses get. */
export function declaredIn({ services }: Settings): Declared {
  const entries = Object.entries(services).map(([name, said]): [string, DeclaredService] => [
    name,
    {
      pools: Object.fromEntries(Object.entries(said.pools).map(([peer, size]) => [spelled(peer), size])),
      shape: said.shape === "learned" ? null : said.shape,
      ignore: said.ignore,
      owner: said.owner === NONE ? null : said.owner,
      pageWithin: ownDuration(said["page-below"]),
      suspectedFor: ownDuration(said["suspected-for"]),
    },
  ]);
  return { services: new Map(entries) };
}

/** null: as for every other service. */
function ownDuration(text: string): number | "never" | null {
  if (text === NEVER) return "never";
  return text === USUAL ? null : milliseconds(text);
}

/** IPv6 as RFC 5952 wants it: "[0:0:0:0:0:0:0:1]:5432" is "[::1]:5432". */
function spelled(peer: string): string {
  const end = peer.lastIndexOf(":");
  const address = peer.slice(0, end);
  if (!address.startsWith("[")) return peer;
  const host = URL.parse(`http://${address}/`)?.hostname ?? address;
  return `${host}${peer.slice(end)}`;
}
