/** Settings that are written as a text: types for the schema. Their bounds and meaning are judged by ../writings.ts. */
import { Type } from "typebox";

interface Said {
  readonly description: string;
  readonly default?: string;
  readonly examples?: readonly string[];
}

interface Bounded extends Said {
  readonly least: string;
  readonly most: string;
  readonly also?: readonly string[];
}

/** "90s", "24h", "30d" */
export const duration = (options: Bounded) => Type.String({ ...options, writing: "duration" });
/** "64MiB" */
export const size = (options: Bounded) => Type.String({ ...options, writing: "size" });
/** "1%" */
export const share = (options: Bounded) => Type.String({ ...options, writing: "share" });
/** "file:/PATH" or "env:NAME" */
export const secret = (options: Said & { readonly also?: readonly string[] }) =>
  Type.String({ ...options, writing: "secret", hidden: true });
/** "https://HOST/PATH" */
export const url = (options: Said) => Type.String({ ...options, writing: "url", hidden: true });
/** The same, or where it is read when whoever knows it may use it. */
export const urlOrSecret = (options: Said) =>
  Type.String({ ...options, writing: "url-or-secret", hidden: true });

/** No setting says that it is not set by being left out: a word does, which the reference and config show can print. */
export const NONE = "none";
export const NEVER = "never";
export const USUAL = "usual";

/** Of a pattern's class: what a text on one line does not hold. */
export const CONTROLS = "\\u0000-\\u001f\\u007f-\\u009f";
