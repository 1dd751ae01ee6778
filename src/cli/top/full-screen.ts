// The only file that knows ink and React. It is loaded when `descry top` draws on a terminal and at no other time:
// together they take more memory than a watch is allowed.
import { Box, type Instance, render, Text, useInput } from "ink";
import { createElement, type ReactElement } from "react";
import { keysOf } from "./keys.ts";

/** A screen of its own, behind which everything that stood on the terminal waits. */
export interface FullScreen {
  /** Replaces what is shown by these lines, which may be painted. */
  draw(lines: readonly string[]): void;
  /** Wipes the screen, in case something else has written on it. */
  clear(): void;
  close(): void;
}

export interface FullScreenEvents {
  /** A named key ("up", "enter", "ctrl-c") or the character that was typed. */
  key(key: string): void;
  resized(): void;
}

const CLEAR = "\x1b[2J\x1b[H";

/**
 * Takes the terminal's other screen until `close`, or until the process ends in whatever way it can notice: then the
 * first screen, the cursor and the keyboard are as they were.
 */
export function openFullScreen(events: FullScreenEvents): FullScreen {
  const { stdin, stdout } = process;

  function Screen({ lines }: { readonly lines: readonly string[] }): ReactElement {
    useInput(
      (input, key) => {
        for (const name of keysOf(input, key)) events.key(name);
      },
      { isActive: stdin.isTTY },
    );
    // A line that ink counts wider than descry does is cut rather than broken into two.
    const texts = lines.map((line, at) => createElement(Text, { key: at, wrap: "truncate" }, line || " "));
    return createElement(Box, { flexDirection: "column" }, texts);
  }

  const instance: Instance = render(createElement(Screen, { lines: [] }), {
    alternateScreen: true,
    interactive: true,
    exitOnCtrlC: false,
    patchConsole: false,
    incrementalRendering: true,
    isScreenReaderEnabled: false,
  });
  // What React could not draw is a bug, and bugs are reported on the first screen.
  instance.waitUntilExit().catch((error: unknown) => {
    queueMicrotask(() => {
      throw error;
    });
  });
  const close = () => {
    process.off("uncaughtException", close);
    stdout.off("resize", resized);
    instance.unmount();
  };
  const clear = () => {
    instance.clear();
    stdout.write(CLEAR);
  };
  const resized = () => {
    clear();
    events.resized();
  };
  process.prependListener("uncaughtException", close);
  stdout.on("resize", resized);
  return { draw: (lines) => instance.rerender(createElement(Screen, { lines })), clear, close };
}
