import { readFileSync, statSync } from "node:fs";
import { DescryError } from "../model/error.ts";
import type { Secret } from "../model/channels.ts";
import type { Surroundings } from "./channel.ts";

const LONGEST = 65_536;

/**
 * The secret itself, read anew each time, so that one that is replaced is used at once. Throws a DescryError that
 * names where it should be, and never what it is.
 */
export function readSecret(secret: Secret, { env }: Surroundings): string {
  if ("env" in secret) return checked(env[secret.env], `the environment variable ${secret.env}`);
  const { file } = secret;
  return checked(textOf(file), `the file ${file}`);
}

/** An address that is no secret, or one that is. */
export function readAddress(address: string | Secret, surroundings: Surroundings): string {
  return typeof address === "string" ? address : readSecret(address, surroundings);
}

function textOf(file: string): string {
  try {
    // A device or a fifo would hold up everything that is to be told.
    const facts = statSync(file);
    if (!facts.isFile()) throw new DescryError(`${file} is no regular file`, "Put the secret into a file.");
    if (facts.size > LONGEST)
      throw new DescryError(`${file} is longer than a secret`, "Put the secret alone into it.");
    return readFileSync(file, "utf8");
  } catch (error) {
    if (error instanceof DescryError) throw error;
    const { code } = error as NodeJS.ErrnoException;
    throw new DescryError(
      `cannot read the secret in ${file}: ${code ?? "unknown"}`,
      "Check that the file is there and that descry's user may read it.",
    );
  }
}

function checked(secret: string | undefined, where: string): string {
  const trimmed = (secret ?? "").trim();
  if (trimmed === "") throw new DescryError(`${where} holds no secret`, "Set it, or take the channel away.");
  // It ends up in headers, where a line break would begin another one.
  if (/\p{Cc}/u.test(trimmed))
    throw new DescryError(`the secret in ${where} is more than one line`, "Keep the secret alone in it.");
  return trimmed;
}

/** A text of somebody else, without the secrets that it may repeat. */
export function redacted(text: string, secrets: readonly string[]): string {
  let safe = text;
  for (const secret of secrets)
    for (const form of formsOf(secret)) if (form !== "") safe = safe.replaceAll(form, "[secret]");
  return safe;
}

/** Of an address that is secret: itself, and the parts that a receiver may repeat alone. */
export function secretsIn(address: string): string[] {
  const url = URL.parse(address);
  if (url === null) return [address];
  const parts = [...url.pathname.split("/"), ...url.search.slice(1).split(/[&=]/)];
  const long = parts.filter((part) => part.length >= SHORTEST_PART);
  return [address, url.href, `${url.pathname}${url.search}`, ...long, ...long.map(decoded)].filter(
    (part) => part.length >= SHORTEST_PART,
  );
}

/** Shorter ones are words such as "services". */
const SHORTEST_PART = 9;

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

function formsOf(secret: string): string[] {
  const base64 = Buffer.from(secret).toString("base64");
  return [secret, encodeURIComponent(secret), base64, base64.replace(/=+$/, "")];
}

/** An attempt whose secrets cannot be read is one that failed: they may be there again at the next. */
export async function withSecrets<Result>(
  attempt: () => Result | Promise<Result>,
  failed: (because: string) => Result,
): Promise<Result> {
  try {
    return await attempt();
  } catch (error) {
    if (error instanceof DescryError) return failed(error.message);
    throw error;
  }
}
