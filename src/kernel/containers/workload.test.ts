import assert from "node:assert/strict";
import { test } from "node:test";
import { workloadOf } from "./workload.ts";

for (const [pod, workload] of [
  ["orders-7d4b9c6f5d-x2x9v", "orders"],
  ["orders-api-v2-6c9d8bbd4f-zzq8k", "orders-api-v2"],
  ["node-exporter-4kx7z", "node-exporter"],
  ["kube-proxy-x2x9v", "kube-proxy"],
  ["backup-28459300-zx8qk", "backup"],
  ["db-0", "db"],
  ["kafka-broker-12", "kafka-broker"],
  ["redis-cache", "redis-cache"],
  ["web", "web"],
  ["kube-apiserver-control-plane", "kube-apiserver-control-plane"],
] as const) {
  test(`${pod} is a pod of ${workload}`, () => assert.equal(workloadOf(pod), workload));
}
