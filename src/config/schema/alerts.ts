import { Type } from "typebox";
import { LIFE } from "../../alerts/life/options.ts";
import { durationText } from "../../model/duration.ts";
import { duration, NEVER } from "./texts.ts";

const { provenFor, suspectedFor, goneFor, unseenFor, againAfter, pageWithin } = LIFE;

export const ALERTS = Type.Object(
  {
    "page-below": duration({
      default: durationText(pageWithin),
      least: "1m",
      most: "30d",
      description:
        "An alert is a page when less time than this is left by the earliest likely date, or nothing is left; else it is a ticket.",
      examples: ["30m"],
    }),
    "proven-for": duration({
      default: durationText(provenFor),
      least: "1s",
      most: "1d",
      description: "A proof that has stood for so long is told.",
    }),
    "suspected-for": duration({
      default: suspectedFor === null ? NEVER : durationText(suspectedFor),
      least: "10s",
      most: "30d",
      also: [NEVER],
      description:
        "A suspicion that has stood for so long is told as a ticket; never: only what is proven is told. Without rights nothing is ever proven.",
    }),
    "gone-for": duration({
      default: durationText(goneFor),
      least: "1s",
      most: "1d",
      description: "What is gone for so long is told to be over.",
    }),
    "unseen-for": duration({
      default: durationText(unseenFor),
      least: "1m",
      most: "7d",
      description:
        "What was told before a restart of descry and is not found again for so long is told to be over.",
    }),
    "again-after": duration({
      default: durationText(againAfter),
      least: "0s",
      most: "7d",
      description:
        "At least so much time lies between two messages of one alert, unless it becomes a page or its limit is reached.",
    }),
  },
  { additionalProperties: false, default: {}, description: "When somebody is told, and how urgent it is." },
);
