import type { ServiceAnswer } from "../../../../src/server/api.ts";
import { calmSentences, calmTitle } from "./calm-words.ts";

/** A service about which nothing stands: what it does. */
export function Calm({ service }: { readonly service: ServiceAnswer }) {
  return (
    <section class="at-rest" aria-label="What it does">
      <p class="standing">{calmTitle(service)}</p>
      {calmSentences(service).map((sentence) => (
        <p key={sentence} class="name">
          {sentence}
        </p>
      ))}
    </section>
  );
}
