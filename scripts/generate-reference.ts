// Writes what docs/reference says from the schemas in the code, so that neither can be wrong alone. A test fails when
// a file is stale. usage: scripts/run scripts/generate-reference.ts
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { commandsReference, manPage } from "../src/cli/manual.ts";
import { configurationReference } from "../src/config/reference.ts";
import { metricsReference } from "../src/metrics/reference.ts";
import { recordingSchema } from "../src/recording/reference.ts";
import { apiReference } from "../src/server/reference.ts";

const generated: readonly (readonly [file: string, text: string])[] = [
  ["docs/descry.1", manPage()],
  ["docs/reference/api.md", apiReference()],
  ["docs/reference/commands.md", commandsReference()],
  ["docs/reference/configuration.md", configurationReference()],
  ["docs/reference/metrics.md", metricsReference()],
  ["docs/reference/recording.schema.json", `${JSON.stringify(recordingSchema(), null, 2)}\n`],
];

const root = join(import.meta.dirname, "..");
for (const [file, text] of generated) {
  mkdirSync(dirname(join(root, file)), { recursive: true });
  writeFileSync(join(root, file), text);
  console.log(file);
}
