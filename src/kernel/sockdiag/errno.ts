import { getSystemErrorName } from "node:util";
import type { GapReason } from "../../model/facts.ts";
import { reasonOf } from "../procfs/reading.ts";

/** The reason behind an errno of sock_diag(7) or setns(2). */
export function reasonOfErrno(errno: number): GapReason {
  const code = getSystemErrorName(-errno);
  // The path leads to another namespace by now.
  if (code === "ESTALE") return "exited";
  if (code === "ENOBUFS" || code === "ETIMEDOUT") return "overflow";
  return reasonOf(Object.assign(new Error(code), { code }));
}
