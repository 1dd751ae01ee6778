import { Type } from "typebox";
import { durationText } from "../../model/duration.ts";
import { DEFAULT_METRICS_OPTIONS } from "../../metrics/options.ts";
import { duration } from "./texts.ts";

const { services, peersPerService, verdicts, addresses, placeHeldSeconds } = DEFAULT_METRICS_OPTIONS;

const most = (count: number, maximum: number, description: string) =>
  Type.Integer({ minimum: 0, maximum, default: count, description });

export const METRICS = Type.Object(
  {
    services: most(services, 10_000, "Services that have series by name; the others are one, other."),
    "peers-per-service": most(
      peersPerService,
      1000,
      "Peers of each service that have series by address; the others are one, other.",
    ),
    verdicts: most(verdicts, 10_000, "Verdicts that have a series, those most at risk first."),
    addresses: most(
      addresses,
      10_000,
      "Addresses of which connections in TIME_WAIT have a series; the others are one, other.",
    ),
    "places-held": duration({
      default: durationText(placeHeldSeconds * 1000),
      least: "1s",
      most: "7d",
      description:
        "A name that was given a series keeps its place among these for so long, also when it is gone, so that names that come and go do not make a new series each.",
    }),
  },
  { additionalProperties: false, default: {}, description: "How many series /metrics may have." },
);
