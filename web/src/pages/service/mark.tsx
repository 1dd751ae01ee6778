import type { Holding } from "./subject.ts";

/** `x` a leak, `?` a suspicion, nothing for what is healthy; said in words to who does not see it. */
export function Mark({ standing }: { readonly standing: Holding["standing"] | "cleared" }) {
  if (standing === null || standing === "cleared") return null;
  const leak = standing === "confirmed";
  return (
    <span class={`mark ${leak ? "leak" : "suspect"}`}>
      <span aria-hidden="true">{leak ? "x" : "?"}</span>
      <span class="out-of-sight">{leak ? "leak: " : "suspect: "}</span>
    </span>
  );
}
