import assert from "node:assert/strict";
import { it } from "node:test";
import type { Process } from "../census/processes.ts";
import { SetUps } from "./set-ups.ts";

const SERVICE_SINCE = 100;
const STARTED_AT = 200;

function processOf(index: number, command: string, parent = 1): Process {
  return {
    index,
    fact: {
      ...{
        fact: "process",
        pid: index,
        startTicks: STARTED_AT * 100,
        parent,
        name: "app",
        command: [command],
      },
      ...{ cgroup: "/", uid: 0, netns: 1, softLimit: 99, hardLimit: 99 },
    },
    ...{ service: "app", judged: true, open: 1, listed: true, denied: false },
  };
}

it("commands beyond those that are remembered are taken for successors, until the service is forgotten", () => {
  const setUps = new SetUps();
  const isSuccessor = (index: number): boolean => {
    setUps.meet(processOf(index, `app --number ${index}`), SERVICE_SINCE, undefined);
    return setUps.isSetUp(index, STARTED_AT + 1);
  };
  const indexes = Array.from({ length: 40 }, (_, index) => index);
  const first = indexes.map((index) => isSuccessor(index)).indexOf(true);
  assert.ok(first > 8 && first < 40, `${first}`);
  assert.equal(isSuccessor(100), true);
  setUps.forget(() => true);
  assert.equal(isSuccessor(101), true);
  setUps.forget(() => false);
  assert.equal(isSuccessor(102), false);
});
