/** Proves, when types are checked, that a schema says what the model says. */

/** Without what a JSON text cannot say: readonly, and which interface a property came from. */
type Plain<T> = T extends object ? { -readonly [K in keyof T]: Plain<T[K]> } : T;

/** True for identical types only, optional properties and every word of a union included. */
// Functions over a free type are assignable to each other when the types they ask for are identical.
export type Same<A, B> =
  (<T>() => T extends Plain<A> ? 1 : 2) extends <T>() => T extends Plain<B> ? 1 : 2 ? true : false;

/** Names in its error each entry that is not proved. */
export type Proved<T extends Record<keyof T, true>> = T;
