/**
 * `baselines.json`: one JSON object, a service a line.
 *
 *     {"descryBaselines":1,"writtenBy":"descry 0.1.0","services":[
 *     {"service":"gunicorn.service","program":"...", ...},
 *     {"service":"nginx.service", ...}
 *     ]}
 */
import type {
  AgeBaseline,
  Baselines,
  ClassBaseline,
  PoolBaseline,
  ServiceBaseline,
  Shape,
  ShapeBaseline,
} from "../model/baselines.ts";
import type { Subject } from "../model/events.ts";
import { TCP_STATES } from "../model/socket-facts.ts";
import { DESCRIPTOR_KINDS } from "../model/kinds.ts";
import { amount, type Check, listOf, oneOf, orNull, recordOf, text, ValueFault, yesOrNo } from "./checks.ts";

/** The only version so far. What was added later may be absent in it; what changed its meaning is a new one. */
const VERSION = 1;

const subject = recordOf<Subject>({
  kind: oneOf(DESCRIPTOR_KINDS),
  direction: orNull(oneOf(["inbound", "outbound"])),
  peer: orNull(text),
  product: orNull(text),
  state: orNull(oneOf(TCP_STATES)),
  path: orNull(text),
});

const age = recordOf<AgeBaseline>({
  ageSeconds: amount,
  born: amount,
  survived: amount,
  passedIn10Minutes: amount,
});

const SHAPES: readonly Shape[] = ["follows-load", "steady", "cyclic", "unknown"];

const service: Check<ServiceBaseline> = recordOf<ServiceBaseline>({
  service: text,
  program: text,
  learnedFrom: amount,
  learnedUntil: amount,
  classes: listOf(
    recordOf<ClassBaseline>({
      group: text,
      subject,
      wide: yesOrNo,
      learnedSeconds: amount,
      ages: listOf(age),
    }),
  ),
  pools: listOf(recordOf<PoolBaseline>({ peer: text, size: amount })),
  shape: orNull(
    recordOf<ShapeBaseline>({
      shape: oneOf(SHAPES),
      cycleSeconds: orNull(amount),
      openPerLoad: orNull(amount),
    }),
  ),
});

/** What a file's text turned out to be. */
export type Decoded =
  | { readonly is: "good"; readonly baselines: Baselines }
  | { readonly is: "malformed"; readonly because: string }
  | { readonly is: "newer"; readonly version: number };

/** Never throws. */
export function decodeBaselines(written: string): Decoded {
  const value = parse(written);
  if (value === null) return { is: "malformed", because: "it is torn, or no JSON" };
  const version = value["descryBaselines"];
  if (typeof version === "number" && version > VERSION) return { is: "newer", version };
  if (version !== VERSION) return { is: "malformed", because: "descry did not write it" };
  try {
    return { is: "good", baselines: { services: listOf(service)(value["services"], "services") } };
  } catch (error) {
    if (!(error instanceof ValueFault)) throw error;
    return { is: "malformed", because: error.message };
  }
}

function parse(written: string): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = JSON.parse(written);
    return typeof value === "object" && value !== null ? (value as Readonly<Record<string, unknown>>) : null;
  } catch {
    return null;
  }
}

/** The text before the services, between two of them, and after the last. */
export function frame(writtenBy: string): {
  readonly before: string;
  readonly between: string;
  readonly after: string;
} {
  const head = JSON.stringify({ descryBaselines: VERSION, writtenBy });
  return { before: `${head.slice(0, -1)},"services":[\n`, between: ",\n", after: "\n]}\n" };
}

/** One service as its line; null when it holds what no file can, such as a figure that is no number. */
export function encodeService(learned: ServiceBaseline): string | null {
  try {
    return JSON.stringify(service(learned, "service"));
  } catch (error) {
    if (error instanceof ValueFault) return null;
    throw error;
  }
}
