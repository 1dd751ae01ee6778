import type { TestEvent } from "node:test/reporters";

/** Tests of one node:test run; suites are not counted, as in node:test's own closing lines. */
export type Counted = {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: readonly string[];
};

/** A node:test reporter: one line of JSON, a `Counted`, when the run has ended. */
export default async function* testCounts(source: AsyncIterable<TestEvent>): AsyncGenerator<string> {
  let [passed, failed] = [0, 0];
  const skipped: string[] = [];
  for await (const event of source) {
    if (event.type !== "test:pass" && event.type !== "test:fail") continue;
    const { name, details, skip } = event.data;
    if (details.type === "suite") continue;
    if (skip !== undefined && skip !== false) skipped.push(skip === true ? name : `${name} (${skip})`);
    else if (event.type === "test:pass") passed += 1;
    else failed += 1;
  }
  yield `${JSON.stringify({ passed, failed, skipped } satisfies Counted)}\n`;
}
