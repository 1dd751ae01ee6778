import { useEffect, useState } from "preact/hooks";
import { copyText } from "./clipboard.ts";

interface CopyButtonProps {
  readonly text: string;
  /** What is copied, for who does not see what stands beside: "the command". */
  readonly what: string;
}

const SAID_MILLISECONDS = 4000;

/** Copies a text, and says that it did. */
export function CopyButton({ text, what }: CopyButtonProps) {
  const [said, say] = useState("");
  useEffect(() => {
    if (said === "") return;
    const timer = setTimeout(() => say(""), SAID_MILLISECONDS);
    return () => clearTimeout(timer);
  }, [said]);
  const copy = async (): Promise<void> => {
    say((await copyText(text)) ? "copied" : "not allowed here: select it and copy");
  };
  return (
    <span class="copy">
      <button type="button" onClick={() => void copy()} aria-label={`Copy ${what}`}>
        Copy
      </button>
      <span class="copy-said" role="status" aria-live="polite">
        {said}
      </span>
    </span>
  );
}
