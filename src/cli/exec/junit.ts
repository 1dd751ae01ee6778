import { randomBytes } from "node:crypto";
import { open, rename, rm } from "node:fs/promises";
import { DescryError } from "../../model/error.ts";
import { subjectPhrase } from "../screen/subject.ts";
import { harmless } from "../screen/text.ts";
import { leakLines, leakSentence } from "./report.ts";
import type { Case, Verdict } from "./verdict.ts";

/** Cases that passed are there to be counted; a run over thousands of processes need not list them all. */
const MOST_PASSED = 1000;

/**
 * The run as JUnit XML: one suite, one case for each process and subject, a failure for each leak. A run that held
 * nothing at all has one case that passed, because a suite without cases counts as missing in most CI servers.
 */
export function junitXml(verdict: Verdict, settleMilliseconds: number): string {
  const { cases, leaks, outcome } = verdict;
  const passed = cases.filter(({ leak }) => !leak).slice(0, MOST_PASSED);
  const bodies = [...leaks, ...passed].map((one) => caseXml(one, settleMilliseconds));
  if (bodies.length === 0) bodies.push(`    <testcase classname="descry" name="nothing kept"/>`);
  const figures = `tests="${bodies.length}" failures="${leaks.length}" errors="0" skipped="0" time="${outcome.ranSeconds.toFixed(3)}"`;
  return [
    `<?xml version="1.0" encoding="UTF-8"?>`,
    `<testsuites name="descry" ${figures}>`,
    `  <testsuite name="descry" ${figures}>`,
    ...bodies,
    "  </testsuite>",
    "</testsuites>",
    "",
  ].join("\n");
}

function caseXml(one: Case, settleMilliseconds: number): string {
  const name = escaped(`${subjectPhrase(one.subject)} (pid ${one.pid})`);
  const head = `    <testcase classname="${escaped(`descry.${one.command}`)}" name="${name}"`;
  if (!one.leak) return `${head}/>`;
  const text = escaped(leakLines(one, settleMilliseconds).join("\n"), "\n");
  return `${head}>\n      <failure type="leak" message="${escaped(leakSentence(one))}">${text}</failure>\n    </testcase>`;
}

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&apos;",
};

/** Any text as XML text or attribute; what XML 1.0 cannot have at all (control characters) is written out. */
function escaped(text: string, breaks = ""): string {
  const lines = breaks === "" ? [text] : text.split(breaks);
  return lines
    .map((line) =>
      harmless(line)
        .replaceAll(/[\ufffe\uffff]/g, "\ufffd")
        .replaceAll(/[&<>"']/g, (character) => ENTITIES[character] ?? ""),
    )
    .join(breaks);
}

/** Writes the file whole or not at all: beside it first, then in its place. */
export async function writeWhole(path: string, text: string): Promise<void> {
  const beside = `${path}.${randomBytes(6).toString("hex")}.part`;
  try {
    const file = await open(beside, "wx", 0o666);
    try {
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(beside, path);
  } catch (error) {
    await rm(beside, { force: true });
    const reason = error instanceof Error && "code" in error ? String(error.code) : String(error);
    throw new DescryError(`--junit ${harmless(path)} cannot be written (${reason}).`, "Check the disk.");
  }
}
