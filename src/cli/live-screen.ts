import type { Sighting } from "./attach/sighting.ts";
import type { Look } from "./screen/look.ts";
import type { Surroundings } from "./surroundings.ts";
import type { Terminal } from "./terminal.ts";

const HIDE_CURSOR = "\x1b[?25l";
const SHOW_CURSOR = "\x1b[?25h";
const HOME = "\x1b[H";
const CLEAR = "\x1b[2J";
const CLEAR_LINE = "\x1b[K";
const CLEAR_BELOW = "\x1b[J";
const CTRL_C = "\x03";

/** Nobody reads faster; ticks that come closer together are drawn with the next. */
const LEAST_SECONDS_BETWEEN_FRAMES = 0.45;

/**
 * Draws what is seen over what was seen before until the sightings end, q or Ctrl-C is pressed. The last picture stays, and
 * the cursor stands below it, whatever ended the loop.
 */
export async function showLive(
  sightings: AsyncIterable<Sighting>,
  render: (sighting: Sighting, look: Look) => string[],
  { terminal, interruption }: Surroundings,
): Promise<void> {
  let shown: Sighting | null = null;
  const redraw = () => {
    if (shown !== null) drawFrame(terminal, render(shown, terminal.look()));
  };
  const stops = [
    terminal.keys((key) => (isQuit(key) ? interruption.end("quit") : redraw())),
    terminal.resized(() => {
      terminal.draw(CLEAR);
      redraw();
    }),
  ];
  const restore = () => terminal.draw(SHOW_CURSOR);
  process.once("exit", restore);
  try {
    let drawnAt = Number.NEGATIVE_INFINITY;
    for await (const sighting of sightings) {
      if (shown === null) terminal.draw(CLEAR);
      if (Math.abs(sighting.facts.uptime - drawnAt) < LEAST_SECONDS_BETWEEN_FRAMES) continue;
      drawnAt = sighting.facts.uptime;
      // Drawn up once for all that is drawn of it.
      const snapshot = sighting.snapshot();
      shown = { ...sighting, snapshot: () => snapshot };
      redraw();
    }
  } finally {
    for (const stop of stops) stop();
    process.off("exit", restore);
    terminal.draw(shown === null ? SHOW_CURSOR : `\r\n${SHOW_CURSOR}`);
  }
}

function isQuit(key: string): boolean {
  return key === "q" || key === "Q" || key === CTRL_C;
}

/** In place and without a flicker: each line wipes its own rest, the last everything below. */
function drawFrame(terminal: Terminal, lines: readonly string[]): void {
  const body = lines.map((line) => line + CLEAR_LINE).join("\r\n");
  terminal.draw(HIDE_CURSOR + HOME + body + CLEAR_BELOW);
}
