/** For tests: anything that may have been learned. */
import * as fc from "fast-check";
import type { Baselines } from "../model/baselines.ts";
import { TCP_STATES } from "../model/socket-facts.ts";
import { DESCRIPTOR_KINDS } from "../model/kinds.ts";

const hostile = fc.oneof(
  fc.string({ unit: "binary", maxLength: 40 }),
  fc.constantFrom("", "\ud800", "__proto__", "\u202e\x1b[2J", "gunicorn.service", "]}\n"),
);
const amount = fc.oneof(
  fc.nat(),
  fc.double({ min: 0, max: 1e15, noNaN: true }).map((figure) => (Object.is(figure, -0) ? 0 : figure)),
);
const orNull = <T>(some: fc.Arbitrary<T>) => fc.option(some, { nil: null });
const plain = { noNullPrototype: true };

const subject = fc.record(
  {
    kind: fc.constantFrom(...DESCRIPTOR_KINDS),
    direction: orNull(fc.constantFrom("inbound" as const, "outbound" as const)),
    peer: orNull(hostile),
    product: orNull(hostile),
    state: orNull(fc.constantFrom(...TCP_STATES)),
    path: orNull(hostile),
  },
  plain,
);
const age = fc.record(
  { ageSeconds: amount, born: amount, survived: amount, passedIn10Minutes: amount },
  plain,
);
const ofClass = fc.record(
  {
    group: hostile,
    subject,
    wide: fc.boolean(),
    learnedSeconds: amount,
    ages: fc.array(age, { maxLength: 4 }),
  },
  plain,
);
const service = fc.record(
  {
    service: hostile,
    program: hostile,
    learnedFrom: amount,
    learnedUntil: amount,
    classes: fc.array(ofClass, { maxLength: 3 }),
    pools: fc.array(fc.record({ peer: hostile, size: amount }, plain), { maxLength: 3 }),
    shape: orNull(
      fc.record(
        {
          shape: fc.constantFrom(
            "follows-load" as const,
            "steady" as const,
            "cyclic" as const,
            "unknown" as const,
          ),
          cycleSeconds: orNull(amount),
          openPerLoad: orNull(amount),
        },
        plain,
      ),
    ),
  },
  plain,
);

/** Services have names of their own, and the one learned of last comes first, as in the file. */
export const arbitraryBaselines: fc.Arbitrary<Baselines> = fc
  .uniqueArray(service, { maxLength: 4, selector: ({ service: name }) => name })
  .map((services) => ({ services: services.toSorted((a, b) => b.learnedUntil - a.learnedUntil) }));
