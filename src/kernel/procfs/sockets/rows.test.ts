import assert from "node:assert/strict";
import { test } from "node:test";
import { isIPv6 } from "node:net";
import fc from "fast-check";
import { formatIpv6 } from "../../sockets/address.ts";
import { socketState } from "../../sockets/row.ts";
import { formatEndpoint, IPV4_DIGITS, IPV6_DIGITS } from "./hexaddress.ts";
import { blankInetFields, parseInetRow } from "./inetrow.ts";
import { blankPlainFields, parseNetlinkRow, parsePacketRow, parseUnixRow } from "./plainrow.ts";

const hex = (value: number, digits: number): string => value.toString(16).toUpperCase().padStart(digits, "0");

const inet = fc.record({
  slot: fc.nat(99999),
  words: fc.array(fc.nat(0xffffffff), { minLength: 8, maxLength: 8 }),
  ports: fc.tuple(fc.nat(65535), fc.nat(65535)),
  state: fc.integer({ min: 1, max: 13 }),
  queues: fc.tuple(fc.nat(0xffffffff), fc.nat(0xffffffff)),
  user: fc.nat(0xffffffff),
  timeout: fc.nat(99),
  inode: fc.nat(0xffffffff),
  tail: fc.constantFrom("", " 1 00000000706581f0 100 0 0 10 0   ", " 2 00000000d3533501 0"),
});

test("rows of tcp and udp, as the kernel prints them, come back exactly", () => {
  fc.assert(
    fc.property(inet, fc.boolean(), fc.nat(20), (given, six, before) => {
      const count = six ? 4 : 1;
      const address = (from: number): string =>
        given.words
          .slice(from, from + count)
          .map((word) => hex(word, 8))
          .join("");
      const local = `${address(0)}:${hex(given.ports[0], 4)}`;
      const remote = `${address(4)}:${hex(given.ports[1], 4)}`;
      const line =
        `${String(given.slot).padStart(4)}: ${local} ${remote} ${hex(given.state, 2)} ${hex(given.queues[0], 8)}:${hex(given.queues[1], 8)} ` +
        `00:00000000 00000000 ${String(given.user).padStart(5)} ${String(given.timeout).padStart(8)} ${given.inode}${given.tail}`;
      const bytes = Buffer.from("#".repeat(before) + line + "\nrest");
      const row = blankInetFields();
      const digits = six ? IPV6_DIGITS : IPV4_DIGITS;
      assert.ok(parseInetRow(bytes, before, before + line.length, digits, row), line);
      assert.equal(bytes.toString("latin1", row.local, row.end), `${local} ${remote} ${hex(given.state, 2)}`);
      assert.equal(bytes.toString("latin1", row.remote, row.remote + remote.length), remote);
      assert.deepEqual(
        [row.localPort, row.state, row.receiveQueue, row.uid, row.inode],
        [given.ports[0], given.state, given.queues[1], given.user, given.inode],
      );
      assert.ok(socketState("tcp", row.state) !== null);
    }),
  );
});

test("rows of a real kernel", () => {
  const row = blankInetFields();
  const parse = (line: string, digits: number): boolean =>
    parseInetRow(Buffer.from(line), 0, line.length, digits, row);
  const raw =
    "    1: 00000000:0001 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 38651 2 00000000a6ad9b6e 0   ";
  assert.ok(parse(raw, IPV4_DIGITS));
  assert.deepEqual([row.localPort, row.state, row.inode], [1, 7, 38651]);
  const timeWait =
    "   3: 0100007F:8E5C 0100007F:0CEA 06 00000000:00000000 03:00000F9C 00000000     0        0 0 3 00000000b5db146a  ";
  assert.ok(parse(timeWait, IPV4_DIGITS));
  assert.deepEqual([row.state, row.inode, row.expires], [6, 0, 3996]);
  for (const torn of [
    timeWait.slice(0, 60),
    timeWait.replace("0CEA", "0CEX"),
    timeWait.replace(":8E5C", "8E5C:"),
    "",
    ":",
  ]) {
    assert.ok(!parse(torn, IPV4_DIGITS), torn);
  }
});

test("addresses", () => {
  const format = (text: string, little: boolean): string =>
    formatEndpoint(Buffer.from(text), 0, text.indexOf(":"), little);
  assert.equal(format("0100007F:0CEA", true), "127.0.0.1:3306");
  assert.equal(format("7F000001:0CEA", false), "127.0.0.1:3306");
  assert.equal(format("0000000000000000FFFF00000100007F:0CEA", true), "127.0.0.1:3306");
  assert.equal(format("00000000000000000000FFFF7F000001:0CEA", false), "127.0.0.1:3306");
  assert.equal(format("00000000000000000000000000000000:0050", true), "[::]:80");
  assert.equal(format("00000000000000000000000001000000:0050", true), "[::1]:80");
  assert.equal(format("B80D0120000000000000000001000000:01BB", true), "[2001:db8::1]:443");
});

test("IPv6 addresses are written as RFC 5952 wants them", () => {
  const groups = (text: string): string => {
    const bytes = new Uint8Array(16);
    for (const [at, group] of text.split(":").entries())
      bytes.set([Number.parseInt(group, 16) >> 8, Number.parseInt(group, 16) & 255], at * 2);
    return formatIpv6(bytes);
  };
  assert.equal(groups("2001:db8:0:0:1:0:0:1"), "2001:db8::1:0:0:1");
  assert.equal(groups("2001:db8:0:1:1:1:1:1"), "2001:db8:0:1:1:1:1:1");
  assert.equal(groups("1:0:0:2:0:0:0:3"), "1:0:0:2::3");
  assert.equal(groups("0:0:0:0:0:0:0:0"), "::");
  assert.equal(groups("1:0:0:0:0:0:0:0"), "1::");
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 16, maxLength: 16 }), (bytes) => {
      const text = formatIpv6(bytes);
      assert.ok(isIPv6(text), text);
      assert.equal(new URL(`http://[${text}]/`).hostname, `[${text}]`);
    }),
  );
});

test("unix rows, with any path or none", () => {
  const row = blankPlainFields();
  const path = fc
    .string({ unit: "binary", maxLength: 108 })
    .map((text) => Buffer.from(text).toString("latin1").replaceAll("\n", ""));
  fc.assert(
    fc.property(
      fc.nat(0xffffffff),
      fc.constantFrom("LISTEN", "CONNECTED", "UNCONNECTED"),
      fc.option(path),
      (inode, state, name) => {
        const flags = state === "LISTEN" ? "00010000" : "00000000";
        const head = `0000000098f9b4a6: 00000002 00000000 ${flags} 0001 ${state === "CONNECTED" ? "03" : "01"} ${String(inode).padStart(5)}`;
        const bytes = Buffer.from(name === null ? head : `${head} ${name}`, "latin1");
        assert.ok(parseUnixRow(bytes, 0, bytes.length, row));
        assert.deepEqual([row.inode, row.state, row.receiveQueue], [inode, state, null]);
        assert.equal(bytes.toString("latin1", row.local, row.localEnd), name ?? "");
      },
    ),
  );
});

test("netlink and packet rows", () => {
  const row = blankPlainFields();
  const netlink = Buffer.from(
    "000000008190322d 0   3341175773 00000000 12       0        0     2        0        13954   ",
  );
  assert.ok(parseNetlinkRow(netlink, 0, netlink.length, row));
  assert.deepEqual(
    [row.inode, row.receiveQueue, netlink.toString("latin1", row.local, row.localEnd)],
    [13954, 12, "0   3341175773"],
  );
  const packet = Buffer.from("00000000a904b8aa 3      3    0003   2     1 4096   0      22334 ");
  assert.ok(parsePacketRow(packet, 0, packet.length, row));
  assert.deepEqual(
    [row.inode, row.receiveQueue, packet.toString("latin1", row.local, row.localEnd)],
    [22334, 4096, "0003   2"],
  );
});

test("any bytes: every parser says yes or no", () => {
  const bytes = fc.uint8Array({ maxLength: 300 });
  const rowlike = fc.stringMatching(/^[0-9A-F: ]{0,200}$/).map((text) => new Uint8Array(Buffer.from(text)));
  fc.assert(
    fc.property(fc.oneof(bytes, rowlike), (given) => {
      for (const digits of [IPV4_DIGITS, IPV6_DIGITS]) {
        const row = blankInetFields();
        if (!parseInetRow(given, 0, given.length, digits, row)) continue;
        assert.ok(Number.isSafeInteger(row.inode) && row.inode >= 0);
        assert.match(
          formatEndpoint(given, row.local, digits),
          /^(\d{1,3}(\.\d{1,3}){3}|\[[0-9a-f:]+\]):\d{1,5}$/,
        );
      }
      for (const parse of [parseUnixRow, parseNetlinkRow, parsePacketRow]) {
        const row = blankPlainFields();
        if (!parse(given, 0, given.length, row)) continue;
        assert.ok(
          Number.isSafeInteger(row.inode) && row.local <= row.localEnd && row.localEnd <= given.length,
        );
      }
    }),
    { numRuns: 2000 },
  );
});
