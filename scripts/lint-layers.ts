// Holds the layering of docs/architecture.md: which room of src/ may import which, no cycles, and no hidden clock or
// chance in the rooms that replay must be able to repeat. usage: scripts/run scripts/lint-layers.ts [FOLDER]
import { existsSync, globSync, readFileSync } from "node:fs";
import { basename, dirname, join, normalize, relative } from "node:path";
import { fileURLToPath } from "node:url";

/** A pure chain: each room may import `model` and the rooms to its left. */
const chain = ["census", "ledger", "indicators", "rules", "alerts"];
/** Rooms at the edge, which touch the outside: they know `model` and never each other. */
const edge = ["kernel", "requests", "recording", "store", "metrics", "notify"];

const mayImport: Record<string, readonly string[]> = {
  model: [],
  ...Object.fromEntries(chain.map((room, at) => [room, ["model", ...chain.slice(0, at)]])),
  ...Object.fromEntries(edge.map((room) => [room, ["model"]])),
  config: ["model"],
  agent: ["model", ...chain, ...edge, "config"],
  server: ["model", "store", "metrics"],
  cli: ["model", "agent", "server", "config"],
};

const pure = new Set(["model", ...chain]);
/** What a pure room may not read, because a replay of the same facts would then judge differently. */
const hidden =
  /\bDate\.now\b|\bnew Date\(\s*\)|\bperformance\.now\b|\bprocess\.hrtime\b|\bMath\.random\b|\brandomUUID\b/;
/** Words that say nothing about what is in a file. */
const emptyWords =
  /^(managers?|helpers?|utils?|utilit(y|ies)|misc|common|service-?layer|data|info|handlers?)$/i;

// Imports stand at the beginning of a line, which the formatter sees to; quotes and comments elsewhere cannot mislead.
const importPattern =
  /^(?:import|export)\b(?<clause>[^;"'`(]*?\bfrom)?\s*["'](?<from>[^"']+)["']|\bimport\(\s*["'](?<dynamic>[^"']+)["']/gm;

type Import = { readonly specifier: string; readonly line: number; readonly typeOnly: boolean };

export function parseImports(text: string): Import[] {
  return [...text.matchAll(importPattern)].map((match) => ({
    specifier: match.groups?.["from"] ?? match.groups?.["dynamic"] ?? "",
    line: text.slice(0, match.index).split("\n").length,
    typeOnly: /^(import|export)\s+type\b/.test(match[0]),
  }));
}

/** Findings, one a line as `file:line: sentence`; empty when the tree keeps the rules. */
export function lintLayers(root: string): string[] {
  const findings: string[] = [];
  const graph = new Map<string, string[]>();
  const options = { cwd: root, exclude: (name: string) => /(^|\/)(node_modules|fixtures)$/.test(name) };
  const files = globSync("{src,web,test,lab,bench,scripts}/**/*.{ts,tsx}", options).toSorted();

  for (const file of files) {
    const report = (line: number, sentence: string) => findings.push(`${file}:${line}: ${sentence}`);
    const text = readFileSync(join(root, file), "utf8");
    const isTest = file.endsWith(".test.ts");
    const room = roomOf(file);

    for (const part of file.replace(/(\.test|\.d)?\.tsx?$/, "").split("/")) {
      const word =
        part.split(/[-_.]/).find((piece) => emptyWords.test(piece)) ??
        (emptyWords.test(part) ? part : undefined);
      if (word !== undefined) report(1, `"${word}" in a name says nothing; name what is in it`);
    }
    if (room !== undefined && mayImport[room] === undefined) {
      report(1, `"${room}" is no room of src; add it to scripts/lint-layers.ts and docs/architecture.md`);
    }
    if (room !== undefined && pure.has(room) && !isTest) {
      for (const [at, line] of text.split("\n").entries()) {
        const found = hidden.exec(line.replace(/(^|\s)(\/\/|\/?\*).*$/, ""))?.[0];
        if (found !== undefined)
          report(at + 1, `${found} in ${room}: time and chance are arguments there, or replay differs`);
      }
    }

    // lab, bench, test and scripts may import anything.
    if (room === undefined && !file.startsWith("web/")) continue;
    for (const { specifier, line, typeOnly } of parseImports(text)) {
      if (!specifier.startsWith(".")) {
        if (room === "model" && !isTest) report(line, `model imports nothing, but here ${specifier}`);
        continue;
      }
      const target = normalize(join(dirname(file), specifier));
      const targetRoom = roomOf(target);
      if (!existsSync(join(root, target)))
        report(line, `${specifier} does not exist (imports carry their .ts)`);
      graph.set(file, [...(graph.get(file) ?? []), target]);

      if (
        file.startsWith("web/") &&
        !target.startsWith("web/") &&
        !(target === "src/server/api.ts" && typeOnly)
      ) {
        report(line, `web imports types from src/server/api.ts only, not ${target}`);
      }
      if (room === undefined || isTest || target === "package.json") continue;
      if (targetRoom === undefined) {
        report(line, `src may not import ${target}`);
      } else if (targetRoom !== room && !(mayImport[room] ?? []).includes(targetRoom)) {
        const isOptionSchema = room === "config" && basename(target) === "options.ts";
        if (!isOptionSchema) report(line, `${room} may not import ${targetRoom} (${target})`);
      }
    }
  }
  return [...findings, ...findCycles(graph)];
}

/** The folder under src/; a file directly in src/ is its own, unknown, room. */
function roomOf(file: string): string | undefined {
  return /^src\/([^/]+)/.exec(file)?.[1];
}

function findCycles(graph: ReadonlyMap<string, readonly string[]>): string[] {
  const findings: string[] = [];
  const done = new Set<string>();
  const visit = (file: string, path: readonly string[]): void => {
    const start = path.indexOf(file);
    if (start >= 0)
      findings.push(`${file}:1: cycle of imports: ${[...path.slice(start), file].join(" -> ")}`);
    if (start >= 0 || done.has(file)) return;
    for (const target of graph.get(file) ?? []) visit(target, [...path, file]);
    done.add(file);
  };
  for (const file of graph.keys()) visit(file, []);
  return findings;
}

if (import.meta.main) {
  const here = join(dirname(fileURLToPath(import.meta.url)), "..");
  const root = process.argv[2] ?? here;
  const findings = lintLayers(root);
  for (const finding of findings) console.error(relative(process.cwd(), join(root, finding)));
  process.exitCode = findings.length > 0 ? 1 : 0;
}
