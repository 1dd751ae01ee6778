/** A request that is not answered, and what the one who asks can do about it. */
export class Refused extends Error {
  readonly status: number;
  readonly mend: string;

  constructor(status: number, message: string, mend: string) {
    super(message);
    this.name = "Refused";
    this.status = status;
    this.mend = mend;
  }
}
