import assert from "node:assert/strict";
import { test } from "node:test";
import { parseEntries, parseLinks, parseStats } from "./listing.ts";

const plain = (text: string, escaped: boolean) =>
  Object.fromEntries(
    [...parseLinks(text, escaped)].map(([folder, links]) => [folder, Object.fromEntries(links)]),
  );

test("links of GNU's ls -lnb: every byte of a path comes back", () => {
  const text = String.raw`1/fd:
total 0

812/fd:
total 0
lr-x------ 1 0 0 64 Nov 23 09:01 0 -> /dev/null
l-wx------ 1 33 33 64 Nov 23 09:01 4 -> /srv/new\nlrwx------\ 1\ 0\ 0\ 64\ Nov\ 23\ 08:54\ 6\ ->\ socket:[1]
l-wx------ 1 33 33 64 Nov 23  2025 5 -> /srv/\303\251\t\\n\ ->\ x
lrwx------ 1 33 33 64 Nov 23 09:01 11 -> socket:[8048278]
lrwx------ 1 33 33 64 Nov 23 09:01 12
l????????? ? ?   ?   ?            ? 13
`;
  assert.deepEqual(plain(text, true), {
    "1/fd": {},
    "812/fd": {
      0: "/dev/null",
      4: "/srv/new\nlrwx------ 1 0 0 64 Nov 23 08:54 6 -> socket:[1]",
      5: "/srv/\u00c3\u00a9\t\\n -> x",
      11: "socket:[8048278]",
      12: null,
      13: null,
    },
  });
});

test("links of busybox, which shows a newline as a question mark, and of toybox with its dates", () => {
  const text = `812/fd:
total 0
lr-x------    1 0        0               64 Nov 23 09:01 0 -> /dev/null
l-wx------    1 0        0               64 Nov 23 09:01 4 -> /srv/new?lrwx------ 1 0 0 64 6 -> socket:[1]
lrwx------ 1 0 0 64 2026-11-23 09:01 7 -> anon_inode:[eventpoll]
l-wx------    1 0        0               64 Nov 23 09:01 9 -> /srv/back\\nslash
`;
  assert.deepEqual(plain(text, false), {
    "812/fd": {
      0: "/dev/null",
      4: "/srv/new?lrwx------ 1 0 0 64 6 -> socket:[1]",
      7: "anon_inode:[eventpoll]",
      9: "/srv/back\\nslash",
    },
  });
});

test("what stands in the part of one process is that process's, whatever another ls lets through", () => {
  const text =
    "total 0\nl-wx------ 1 0 0 64 Nov 23 09:01 4 -> /srv/new\n\n8/fd:\nlrwx------ 1 0 0 64 Nov 23 09:01 5 -> socket:[1]\n";
  assert.deepEqual(plain(text, false), { "8/fd": { 5: "socket:[1]" } });
  const only = Object.fromEntries(
    [...parseLinks(text, false, "812/fd")].map(([folder, links]) => [folder, [...links.keys()]]),
  );
  assert.deepEqual(only, { "812/fd": ["4", "5"] });
});

test("entries have inode, size and where a namespace's link leads", () => {
  const text = `     14024 dr-x------ 2 0 0 298 Nov 23 05:51 812/fd
8048309 dr-x------    2 0        0               13 Nov 23 09:01 self/fd
   6840880 lrwxrwxrwx 1 0 0   0 Nov 23 07:40 812/ns/net -> net:[4026531833]
    203415 lrwxrwxrwx 1 0 0   0 Nov 23 06:11 1/ns/net
4026531916 -r--r--r-- 1 0 0   0 2026-11-23 09:10 812/net/unix
nonsense
`;
  assert.deepEqual(parseEntries(text), [
    { path: "812/fd", ino: 14024, size: 298, link: null },
    { path: "self/fd", ino: 8048309, size: 13, link: null },
    { path: "812/ns/net", ino: 6840880, size: 0, link: "net:[4026531833]" },
    { path: "1/ns/net", ino: 203415, size: 0, link: null },
    { path: "812/net/unix", ino: 4026531916, size: 0, link: null },
  ]);
});

test("a name cannot pass itself off as another process's stat", () => {
  const figures = "1 1 1 0 -1 4194304 0 0 0 0 0 0 0 0 20 0 1 0 50000 0 0 0";
  const hostile = `812 (a\n813 (b) S 1 1) S ${figures}`;
  const text = `7 (app) S ${figures}\n${hostile}\n813 (\n\n) S ${figures}\n`;
  assert.deepEqual(
    [...parseStats(text)],
    [
      [7, `7 (app) S ${figures}\n`],
      [812, `${hostile}\n`],
      [813, `813 (\n\n) S ${figures}\n`],
    ],
  );
});
