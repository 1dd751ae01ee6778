import { useState } from "preact/hooks";
import { ask } from "../../reading/client.ts";
import { count } from "../../words/figures.ts";
import { fileName } from "./evidence.ts";
import { savedOf } from "./gather.ts";
import type { Incident } from "./incident.ts";

/** Long enough for any browser to have begun with it. */
const OFFERED_MILLISECONDS = 60_000;

/** Saves what the agent has of an incident as one file of JSON. */
export function Download({ incident }: { readonly incident: Incident }) {
  const [said, say] = useState("");
  const [isBusy, setBusy] = useState(false);
  const save = async (): Promise<void> => {
    setBusy(true);
    say("Gathering ...");
    try {
      const saved = await savedOf(incident, Date.now(), (path) => ask(path));
      const name = fileName(incident.host, incident.serviceId, incident.moments[0].at, "json");
      offer(name, JSON.stringify(saved, null, 1));
      const lacks = saved.missing.length === 0 ? "" : ` Without ${saved.missing.join("; ")}`;
      say(`Saved as ${name}, ${count(saved.verdicts.length)} verdicts.${lacks}`);
    } catch (error) {
      say(`Not saved: ${error instanceof Error ? error.message : String(error)}`);
    }
    setBusy(false);
  };
  return (
    <>
      <button type="button" disabled={isBusy} onClick={() => void save()}>
        Download this incident
      </button>
      <span class="name incident-said" role="status">
        {said}
      </span>
    </>
  );
}

/** Gives the browser a file to save. */
function offer(name: string, text: string): void {
  const address = URL.createObjectURL(new Blob([text], { type: "application/json" }));
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), OFFERED_MILLISECONDS);
}
