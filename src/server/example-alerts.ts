/** Made-up alerts, and silences that a test may make, for the tests of the server and of what asks it. */
import type { ListedAlert, Silence } from "../model/alert.ts";
import type { SilencePort } from "./ports.ts";

export function alertOf(traits: Partial<ListedAlert> = {}): ListedAlert {
  return {
    ...{ id: "a1a1a1a1a1a1a1a1", phase: "firing", severity: "page", host: "web-12" },
    ...{ service: "gunicorn.service", rule: "close-wait", fingerprint: "fedcba9876543210" },
    ...{ peer: "127.0.0.1:3306", owner: "team-shop", startedAt: "2026-11-12T02:04:00.000Z" },
    ...{ firingAt: "2026-11-12T02:04:51.000Z", resolvedAt: null, standing: "confirmed" },
    process: { pid: 812, command: "gunicorn app:app" },
    subject: {
      ...{ kind: "tcp", direction: "outbound", peer: "127.0.0.1:3306", product: "MySQL" },
      ...{ state: "CLOSE_WAIT", path: null },
    },
    ...{ open: 2914, limit: 4096, subjectOpen: 2731, bornPerMinute: 131, diedPerMinute: 6.1 },
    ...{
      netPerMinute: 124.9,
      since: null,
      summary: "It keeps what it opens.",
      evidence: ["none was closed"],
    },
    runway: { resource: "nofile", headroom: 1182, exhaustedAt: null },
    actions: [{ when: "fix", text: "Close them.", command: null, caution: null }],
    alsoAffected: [{ service: "mariadbd", as: "other end" }],
    verdicts: [{ id: "0123", rule: "close-wait", standing: "confirmed", summary: "It keeps what it opens." }],
    silence: null,
    ...traits,
  };
}

/** Whatever is in `kept`, with what tests make and end. */
export interface ExampleSilences extends SilencePort {
  kept: Silence[];
  durable: boolean;
  /** No more than so many are taken. */
  most: number;
}

export function exampleSilences(): ExampleSilences {
  const port: ExampleSilences = {
    kept: [],
    durable: true,
    most: 1000,
    list: () => port.kept,
    add(order) {
      if (port.kept.length >= port.most) return null;
      const id = (port.kept.length + 10).toString(16).padStart(16, "0");
      const silence = { id, from: new Date().toISOString(), endedAt: null, ...order };
      port.kept = [...port.kept, silence];
      return { silence, alerts: 1, durable: port.durable };
    },
    end(id) {
      const found = port.kept.find((silence) => silence.id === id);
      if (found === undefined) return null;
      const silence = { ...found, endedAt: new Date().toISOString() };
      port.kept = port.kept.map((one) => (one === found ? silence : one));
      return { silence, alerts: 0, durable: port.durable };
    },
  };
  return port;
}
