/** Server-sent events as the WHATWG HTML standard (9.2) writes them. JSON text has no line break, so one data line does. */

export function frameText(event: string, data: string, id: string): Buffer {
  return Buffer.from(`id: ${id}\nevent: ${event}\ndata: ${data}\n\n`);
}

/** A comment, which readers pass over; it keeps what lies between from ending a quiet connection. */
export const HEARTBEAT = Buffer.from(": still here\n\n");

/** How long a reader waits before it comes back, in milliseconds. */
export const RETRY = Buffer.from("retry: 3000\n\n");

/**
 * An event's id says of which run of the server it is, so that a number of a former run is not taken for one of this:
 * "RUN.NUMBER". Null: no id of ours.
 */
export function parseEventId(text: string): { readonly run: string; readonly number: number } | null {
  const [, run, number] = /^([0-9a-f]{12})\.(\d{1,15})$/.exec(text) ?? [];
  return run === undefined ? null : { run, number: Number(number) };
}
