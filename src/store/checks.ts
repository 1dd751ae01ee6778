/** Small checks of values that come out of a file, put together to the types they are checked for. */

/** What is wrong with a value, and where in it. */
export class ValueFault extends Error {}

/** Returns the value as its type, with nothing else in it. Throws a ValueFault. */
export type Check<T> = (value: unknown, where: string) => T;

function fault(where: string, wanted: string): ValueFault {
  return new ValueFault(`${where} is not ${wanted}`);
}

export const text: Check<string> = (value, where) => {
  if (typeof value === "string") return value;
  throw fault(where, "a text");
};

/** Finite and not negative, as all that is counted or measured. */
export const amount: Check<number> = (value, where) => {
  if (typeof value === "number" && Number.isFinite(value) && value >= 0) return value;
  throw fault(where, "a finite number from 0 on");
};

export const yesOrNo: Check<boolean> = (value, where) => {
  if (typeof value === "boolean") return value;
  throw fault(where, "true or false");
};

export function oneOf<T extends string>(words: readonly T[]): Check<T> {
  return (value, where) => {
    const word = words.find((one) => one === value);
    if (word !== undefined) return word;
    throw fault(where, "one of the words known here");
  };
}

export function orNull<T>(check: Check<T>): Check<T | null> {
  return (value, where) => (value === null ? null : check(value, where));
}

export function listOf<T>(check: Check<T>): Check<readonly T[]> {
  return (value, where) => {
    if (!Array.isArray(value)) throw fault(where, "a list");
    return value.map((item, at) => check(item, `${where}[${at}]`));
  };
}

/** Properties that are not named are left out, so that a later descry can say more in the same version. */
export function recordOf<T extends object>(checks: { readonly [Key in keyof T]-?: Check<T[Key]> }): Check<T> {
  const names = Object.keys(checks) as (keyof T & string)[];
  return (value, where) => {
    if (typeof value !== "object" || value === null || Array.isArray(value)) throw fault(where, "an object");
    const given = value as Readonly<Record<string, unknown>>;
    const entries = names.map((name) => [name, checks[name](given[name], `${where}.${name}`)] as const);
    return Object.fromEntries(entries) as T;
  };
}
