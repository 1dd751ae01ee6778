import assert from "node:assert/strict";
import { test } from "node:test";
import { parseDescriptorLimit, parseVirtualBytes, readOwnProcess } from "./own-process.ts";

test("own process: what the kernel's files say", () => {
  assert.equal(parseVirtualBytes("VmPeak:\t  900 kB\nVmSize:\t  812 kB\n"), 812 * 1024);
  assert.equal(parseVirtualBytes("Name:\tx\n"), null);
  const line = (soft: string) =>
    `Limit                     Soft Limit  Hard Limit\nMax open files            ${soft}        4096     files     \n`;
  assert.equal(parseDescriptorLimit(line("1024")), 1024);
  assert.equal(parseDescriptorLimit(line("unlimited")), Number.POSITIVE_INFINITY);
  assert.equal(parseDescriptorLimit(""), null);
});

test("own process: this one has memory, descriptors within its limit, and started in the past", () => {
  const own = readOwnProcess();
  assert.ok(own.cpuSeconds > 0 && own.residentBytes > 1e7);
  assert.ok((own.virtualBytes ?? 0) > own.residentBytes);
  assert.ok(own.openDescriptors !== null && own.openDescriptors >= 3);
  assert.ok(own.openDescriptors < (own.descriptorLimit ?? 0));
  assert.ok(own.startedAt < Date.now() / 1000 && own.startedAt > Date.now() / 1000 - 86_400);
});
