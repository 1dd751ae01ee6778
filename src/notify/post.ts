import { DescryError } from "../model/error.ts";
import { DELIVERED, failed, type Attempt, type Outcome, type Surroundings } from "./channel.ts";
import { clipped, plain } from "./plain.ts";
import { redacted } from "./secrets.ts";

export interface Post {
  readonly url: string;
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** What must not appear in what is told of the attempt. */
  readonly secrets: readonly string[];
  /** Milliseconds. */
  readonly timeout: number;
}

/** So much of an answer is read and so much of that told. */
const ANSWER_BYTES = 2048;
const ANSWER_TOLD = 200;
/** These say that this very message is wrong. Others may be mended on the other side: then it is still wanted. */
const WRONG_MESSAGE: ReadonlySet<number> = new Set([400, 413, 422]);
const LONGEST_AFTER = 3_600_000;

/** One POST of JSON. Redirects are not followed: they would carry the message, and its secret, elsewhere. Never throws. */
export async function post(message: Post, attempt: Attempt, { version }: Surroundings): Promise<Outcome> {
  const { url, timeout, secrets } = message;
  try {
    const response = await fetch(checkedUrl(url), {
      method: "POST",
      redirect: "manual",
      signal: AbortSignal.any([attempt.signal, AbortSignal.timeout(timeout)]),
      headers: {
        "content-type": "application/json",
        "user-agent": `descry/${version}`,
        ...message.headers,
      },
      body: JSON.stringify(message.body),
    });
    return await outcomeOf(response, message, attempt.now);
  } catch (error) {
    return failed(redacted(wordsOf(error, timeout), secrets));
  }
}

/** Fetch itself would quote a wrong address, and with it what is secret in it. */
function checkedUrl(url: string): URL {
  const parsed = URL.parse(url);
  if (parsed === null || !/^https?:$/.test(parsed.protocol))
    throw new DescryError("its address is no http or https address", "Write it as https://HOST/PATH.");
  if (parsed.username !== "" || parsed.password !== "")
    throw new DescryError("its address holds a password", "Give the password as a token.");
  return parsed;
}

async function outcomeOf(response: Response, { secrets }: Post, now: number): Promise<Outcome> {
  const { status, ok } = response;
  const answer = await beginningOf(response);
  if (ok) return DELIVERED;
  const text = clipped(plain(redacted(answer.trim(), secrets)), ANSWER_TOLD);
  const because = `it answered ${status}${text === "" ? "" : `: ${text}`}`;
  if (WRONG_MESSAGE.has(status)) return { is: "refused", because };
  return failed(because, retryAfter(response.headers.get("retry-after"), now));
}

/** Reads no more than that, whatever comes. The answer's status counts even when the rest of it does not arrive. */
async function beginningOf(response: Response): Promise<string> {
  if (response.body === null) return "";
  const chunks: Uint8Array[] = [];
  let length = 0;
  try {
    for await (const chunk of response.body) {
      chunks.push(chunk);
      length += chunk.length;
      if (length >= ANSWER_BYTES) break;
    }
  } catch {
    // What was read of it is all there is to tell.
  }
  return Buffer.concat(chunks).subarray(0, ANSWER_BYTES).toString("utf8");
}

/** RFC 9110, section 10.2.3: seconds or a date; in milliseconds from now. */
function retryAfter(header: string | null, now: number): number | null {
  if (header === null) return null;
  const wanted = /^\d+$/.test(header) ? Number(header) * 1000 : Date.parse(header) - now;
  return Number.isFinite(wanted) && wanted > 0 ? Math.min(LONGEST_AFTER, wanted) : null;
}

/** Of an error only what is known to hold no address. */
function wordsOf(error: unknown, timeout: number): string {
  if (error instanceof DescryError) return error.message;
  if (!(error instanceof Error)) return "the connection failed";
  if (error.name === "TimeoutError") return `no answer within ${timeout / 1000} s`;
  if (error.name === "AbortError") return "it was interrupted";
  const { code } = (error.cause ?? error) as NodeJS.ErrnoException;
  if (code === "ECONNREFUSED") return "the connection was refused";
  if (code === "ENOTFOUND" || code === "EAI_AGAIN") return "its name cannot be resolved";
  return `the connection failed${typeof code === "string" ? ` (${code})` : ""}`;
}
