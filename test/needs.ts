import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";

let missing: readonly string[] | undefined;

/**
 * For a test's `skip` option: `test("...", { skip: needs("mariadb-server") }, ...)`. False when all the Debian
 * packages are there, else a sentence that names the missing ones. The packages are those of
 * scripts/debian-packages.txt.
 */
export function needs(...packages: readonly string[]): string | false {
  missing ??= execFileSync(fileURLToPath(new URL("../scripts/setup-test", import.meta.url)), ["--list"], {
    encoding: "utf8",
  }).split(/\s+/);
  const lacking = packages.filter((name) => missing?.includes(name));
  return lacking.length > 0 && `needs the Debian package ${lacking.join(", ")}`;
}
