/** From the id in a path back to the name of a service. */
import { Refused } from "../refusal.ts";
import { refusal } from "../schema/answers.ts";
import { serviceIdOf } from "../service-id.ts";
import { type Context, jsonForm } from "./route.ts";

export const unknownService = jsonForm(refusal, "No service has this id.");

export function noSuchService(): Refused {
  return new Refused(404, "No service has this id.", "GET /api/v1/services lists those that there are.");
}

/** Names of services that run, or of which the history knows; throws a Refused. */
export async function serviceNameOf(id: string, context: Context): Promise<string> {
  const running = context.newest()?.service(id)?.service;
  if (running !== undefined) return running;
  const past = await context.desk.history?.services();
  const name = past?.find((service) => serviceIdOf(service) === id);
  if (name === undefined) throw noSuchService();
  return name;
}
