import { signal } from "@preact/signals";

/** What is looked at on the axis of time: the crosshair of all charts of the page. */
export interface Pointed {
  /** Unix seconds. */
  readonly at: number;
  /** By keys: then it is read out. */
  readonly byKeys: boolean;
}

/** null: nothing, so that charts tell the newest figures. */
export const pointed = signal<Pointed | null>(null);
