import { createHash } from "node:crypto";
import { appendFileSync, existsSync, globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Job } from "./jobs.ts";
import type { Performed } from "./perform.ts";

const ROOT = join(import.meta.dirname, "..", "..");

/** Results of a run in a file, one a line as they come, so that an interrupted run goes on where it was. */
export class Kept {
  readonly #file: string | null;
  readonly #performed = new Map<string, Performed>();

  /** Null: nothing is kept. Throws where the file has the results of another source or draw. */
  constructor(file: string | null, draw: string) {
    this.#file = file;
    if (file === null) return;
    const source = `${draw} ${sourceHash()}`;
    if (!existsSync(file)) appendFileSync(file, `${JSON.stringify({ source })}\n`);
    const [head, ...lines] = readFileSync(file, "utf8").trimEnd().split("\n");
    if (head !== JSON.stringify({ source }))
      throw new Error(`--keep ${file}: its results are of another source or draw; name a new file`);
    for (const line of lines) {
      const performed = JSON.parse(line) as Performed;
      this.#performed.set(JSON.stringify(performed.job), performed);
    }
  }

  get(job: Job): Performed | null {
    return this.#performed.get(JSON.stringify(job)) ?? null;
  }

  put(performed: Performed): void {
    if (this.#file !== null) appendFileSync(this.#file, `${JSON.stringify(performed)}\n`);
  }
}

/** Names all that a result depends on. */
function sourceHash(): string {
  const hash = createHash("sha256");
  for (const file of globSync("{src,bench/detection}/**/*.ts", { cwd: ROOT }).toSorted()) {
    if (!file.endsWith(".test.ts")) hash.update(file).update(readFileSync(join(ROOT, file)));
  }
  return hash.digest("hex");
}
