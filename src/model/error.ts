/**
 * A failure that a user can do something about. `message` says what and where in one plain sentence, `mend` says
 * what to do. Everything else that is thrown is a bug.
 */
export class DescryError extends Error {
  readonly mend: string;

  constructor(message: string, mend: string) {
    super(message);
    this.name = "DescryError";
    this.mend = mend;
  }
}
