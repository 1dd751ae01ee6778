import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { parseLink } from "./link.ts";
import { LinkTable } from "./links.ts";

// The last four are two pairs with the same FNV-1a hash.
const TEXTS = ["/a", "/b", "/var/log/x (deleted)", "costarring", "liquid", "declinate", "macallums"];

describe("LinkTable", () => {
  it("keeps each text once for as long as it is used, also beside one with the same hash", () => {
    const step = fc.tuple(fc.boolean(), fc.constantFrom(...TEXTS));
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
        const table = new LinkTable();
        const open: { link: string; id: number }[] = [];
        for (const [opens, link] of steps) {
          const at = open.findIndex((one) => one.link === link);
          if (opens) {
            const id = table.intern(link, parseLink(link));
            if (at !== -1) assert.equal(id, open[at]?.id);
            open.push({ link, id });
          } else if (at !== -1) {
            table.release(open[at]?.id as number);
            open.splice(at, 1);
          }
          for (const { link: text, id } of open) {
            assert.equal(table.text(id, 0), text);
            assert.deepEqual(table.target(id), parseLink(text));
          }
          const distinct = new Map(open.map(({ link: text, id }) => [id, text]));
          assert.equal(distinct.size, new Set(open.map((one) => one.link)).size);
        }
      }),
    );
  });

  it("keeps no text of sockets and pipes", () => {
    const table = new LinkTable();
    const [socket, pipe] = ["socket:[4711]", "pipe:[12]"].map((link) => table.intern(link, parseLink(link)));
    assert.equal(table.text(socket as number, 4711), "socket:[4711]");
    assert.equal(table.text(pipe as number, 12), "pipe:[12]");
    assert.equal(table.intern("socket:[1]", parseLink("socket:[1]")), socket);
  });

  it("has room for many", () => {
    const table = new LinkTable();
    const ids = Array.from({ length: 3000 }, (_, at) =>
      table.intern(`/file-${at}`, parseLink(`/file-${at}`)),
    );
    assert.deepEqual(
      ids.map((id) => table.text(id, 0)),
      ids.map((_, at) => `/file-${at}`),
    );
  });
});
