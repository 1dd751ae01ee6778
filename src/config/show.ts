import { stringify } from "yaml";
import type { Settings } from "./schema.ts";

/** Settings as a file that says all of them. */
export function yamlOf(settings: Settings): string {
  return stringify(settings, { lineWidth: 0 });
}
