/** Settings that are good each by itself and cannot be together. */
import { DescryError } from "../model/error.ts";
import { checkListen } from "../server/options.ts";
import { type Fault, inside, type YamlText } from "./document.ts";
import type { Settings } from "./schema.ts";
import { NONE } from "./schema/texts.ts";

export function conflictsIn({ agent, channels }: Settings, text: YamlText): Fault[] {
  const faults: Fault[] = [];
  const add = (keys: readonly string[], message: string, mend: string): void => {
    faults.push({ line: text.lineOf(keys.reduce(inside, "")), message, mend });
  };
  try {
    checkListen(agent.listen, agent.token !== NONE);
  } catch (error) {
    if (!(error instanceof DescryError)) throw error;
    add(["agent", "listen"], error.message.replace(/\.$/, ""), error.mend);
  }
  for (const [name, channel] of Object.entries(channels)) {
    if (channel.kind !== "email" || (channel.user === NONE) === (channel.password === NONE)) continue;
    const [has, lacks] = channel.user === NONE ? ["password", "user"] : ["user", "password"];
    add(
      ["channels", name, has],
      `channels.${name} has a ${has} and no ${lacks}`,
      `Name the ${lacks} as well, or neither.`,
    );
  }
  return faults;
}
