import assert from "node:assert/strict";
import { it } from "node:test";
import { ProcessTable, type Process } from "../census/processes.ts";
import { EVERYTHING } from "../model/targets.ts";
import { KnownPrograms } from "./known-programs.ts";

function processOf(name: string): Process {
  return new ProcessTable(EVERYTHING).add({
    ...{ fact: "process", pid: 9, startTicks: 90, parent: 1, name, command: [name] },
    ...{ cgroup: "/", uid: 0, netns: 1, softLimit: 99, hardLimit: 99 },
  });
}

it("programs of services that are gone are kept only where something was learned of them", () => {
  const programs = new KnownPrograms({ services: [] });
  const look = (...names: readonly string[]): void => {
    assert.deepEqual([...programs.look(names.map(processOf), 1000)], []);
    programs.forget((service) => service === "learned");
  };
  look("learned", "command", "daemon");
  assert.deepEqual([...programs.services()], ["learned", "command", "daemon"], "all are there");
  look("daemon", "another");
  assert.deepEqual([...programs.services()], ["learned", "daemon", "another"]);
  assert.equal(programs.get("learned")?.learnedFrom, 1000);
});
