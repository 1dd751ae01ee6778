import { EXAMPLE } from "../../config/reference.ts";

const HEAD = `# Configuration of descry. It needs none: every setting has a default, and this file sets nothing.
# descry config reference   every setting there is
# descry config check       whether this file is good, with the line of what is not
# systemctl reload descry   after a change; a file that is not good changes nothing
#
# Below is an example. Take away the "#" before what you want.

`;

/** /etc/descry/descry.yaml as install writes it: comments alone. */
export function configurationText(): string {
  const lines = EXAMPLE.trimEnd().split("\n");
  return `${HEAD}${lines.map((line) => `#${line}`).join("\n")}\n\n`;
}
