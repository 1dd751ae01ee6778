import { loadAddon } from "./addon.ts";

interface RightsAddon {
  /** 0, or an errno. */
  giveUpAmbientRights(): number;
}

/**
 * Programs that this thread executes from now on get none of the capabilities that a service is given with
 * AmbientCapabilities= (capabilities(7)); this thread keeps its own. Without the C addon, or where there are none, nothing
 * changes.
 */
export function giveUpAmbientRights(): void {
  const loaded = loadAddon<RightsAddon>();
  if ("addon" in loaded) loaded.addon.giveUpAmbientRights();
}
