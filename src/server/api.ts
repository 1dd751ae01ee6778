/** The types of the API: the one file that the web imports, and it imports types only. */
import type { Static } from "typebox";
import type * as alerts from "./schema/alerts.ts";
import type * as answers from "./schema/answers.ts";
import type * as descriptors from "./schema/descriptors.ts";

export type SnapshotAnswer = Static<typeof answers.snapshotAnswer>;
export type ServicesAnswer = Static<typeof answers.servicesAnswer>;
export type ServiceSummary = Static<typeof answers.serviceSummary>;
export type ServiceAnswer = Static<typeof answers.serviceAnswer>;
export type SeriesAnswer = Static<typeof answers.seriesAnswer>;
export type VerdictsAnswer = Static<typeof answers.verdictsAnswer>;
export type ListedVerdict = Static<typeof answers.listedVerdict>;
export type ListedForecast = Static<typeof answers.listedForecast>;
export type LivesAnswer = Static<typeof answers.livesAnswer>;
export type AlertsAnswer = Static<typeof alerts.alertsAnswer>;
export type SilencesAnswer = Static<typeof alerts.silencesAnswer>;
export type SilenceRequest = Static<typeof alerts.silenceRequest>;
export type SilenceAnswer = Static<typeof alerts.silenceAnswer>;
export type DescriptorsAnswer = Static<typeof descriptors.descriptorsAnswer>;
export type OpenDescriptor = Static<typeof descriptors.openDescriptor>;
export type AgentAnswer = Static<typeof answers.agentAnswer>;
export type HealthAnswer = Static<typeof answers.healthAnswer>;
export type ReadyAnswer = Static<typeof answers.readyAnswer>;
export type Refusal = Static<typeof answers.refusal>;
/** Events of the stream beside those of the model. */
export type Greeting = Static<typeof answers.greeting>;
export type Missed = Static<typeof answers.missed>;
