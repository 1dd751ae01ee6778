import { loadAddon } from "../../src/kernel/native/addon.ts";
import type { ProcfsOptions } from "../../src/kernel/procfs/source.ts";

interface Way {
  readonly name: string;
  /** Why it cannot be gone here. */
  readonly skip: string | false;
  readonly options: Pick<ProcfsOptions, "addon">;
}

const loaded = loadAddon({ ...process.env, DESCRY_ADDON: "on" });

/** The ways in which this room reads the kernel. All give the same facts. */
export const WAYS: readonly Way[] = [
  { name: "with the addon", skip: "absent" in loaded && `no addon: ${loaded.absent}`, options: {} },
  { name: "without the addon", skip: false, options: { addon: null } },
];
