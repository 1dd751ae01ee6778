import { Type } from "typebox";
import { durationText } from "../../model/duration.ts";
import { HISTORY_OPTIONS } from "../../model/history.ts";
import { sizeText } from "../writings.ts";
import { duration, size } from "./texts.ts";

const { keepTicks, keepMinutes, keepHours, eventBytes, topPeers, mostServices } = HISTORY_OPTIONS;

export const HISTORY = Type.Object(
  {
    "every-second": duration({
      default: durationText(keepTicks),
      least: "10m",
      most: "30d",
      description: "For how long the figures of every second are kept.",
      examples: ["12h"],
    }),
    "every-minute": duration({
      default: durationText(keepMinutes),
      least: "1h",
      most: "400d",
      description: "For how long one point a minute is kept.",
    }),
    "every-hour": duration({
      default: durationText(keepHours),
      least: "1d",
      most: "4000d",
      description: "For how long one point an hour is kept.",
    }),
    events: size({
      default: sizeText(eventBytes),
      least: "1MiB",
      most: "100GiB",
      description: "Verdicts and alerts are kept until they take so much; then the oldest go.",
      examples: ["500MB"],
    }),
    services: Type.Integer({
      minimum: 1,
      maximum: 10_000,
      default: mostServices,
      description: "Services that are recorded by name, those most at risk first.",
    }),
    "peers-per-service": Type.Integer({
      minimum: 0,
      maximum: 1000,
      default: topPeers,
      description:
        "Peers of a service that are recorded by address, those with most connections; the others are one.",
    }),
  },
  {
    additionalProperties: false,
    default: {},
    description: "How long what is kept. Time counts while descry watches.",
  },
);
