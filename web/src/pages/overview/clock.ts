import { type Signal, useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";

const TICK_MILLISECONDS = 1000;

/**
 * Unix milliseconds by the agent's clock, each second: `at` is when its newest answer was read there. The reader's own
 * clock may be wrong, so only what passed on it since then counts.
 */
export function useAgentClock(at: string | null): Signal<number> {
  const now = useSignal(at === null ? Date.now() : Date.parse(at));
  const last = useRef({ at, agent: now.peek(), here: performance.now() });
  if (at !== null && last.current.at !== at)
    last.current = { at, agent: Date.parse(at), here: performance.now() };
  useEffect(() => {
    const tick = (): void => {
      now.value = last.current.agent + performance.now() - last.current.here;
    };
    tick();
    const timer = setInterval(tick, TICK_MILLISECONDS);
    return () => clearInterval(timer);
  }, [now]);
  return now;
}
