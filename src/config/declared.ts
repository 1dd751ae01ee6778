import { type Declared, type DeclaredService, UNDECLARED } from "../model/declared.ts";
import type { Settings } from "./schema.ts";

/** What settings say of services, as values of the model; peers in the one spelling that the kernel's addresses get. */
export function declaredIn({ services }: Settings): Declared {
  const entries = Object.entries(services).map(([name, { pools, shape }]): [string, DeclaredService] => [
    name,
    {
      ...UNDECLARED,
      pools: Object.fromEntries(Object.entries(pools).map(([peer, size]) => [spelled(peer), size])),
      shape: shape === "learned" ? null : shape,
    },
  ]);
  return { services: new Map(entries) };
}

/** IPv6 as RFC 5952 wants it: "[0:0:0:0:0:0:0:1]:5432" is "[::1]:5432". */
function spelled(peer: string): string {
  const end = peer.lastIndexOf(":");
  const address = peer.slice(0, end);
  if (!address.startsWith("[")) return peer;
  const host = URL.parse(`http://${address}/`)?.hostname ?? address;
  return `${host}${peer.slice(end)}`;
}
