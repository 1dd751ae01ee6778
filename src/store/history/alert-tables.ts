import type { DatabaseSync } from "node:sqlite";
import type { AlertsState, AlertStore, OutboxEntry, Silence } from "../../model/alert.ts";
import { inTransaction } from "./sealing.ts";

/** A change of what is kept of alerts. */
export type AlertChange = Parameters<AlertStore["commit"]>[0];

/** Does the work with the file and sees to what goes wrong; false: it was not done. */
export type WithFile = (work: (database: DatabaseSync) => void) => boolean;

/**
 * States of alerts, silences and the outbox, in the file of the history. Memory is what counts once the file was read:
 * a change that cannot be written is kept there, and the whole is written when it can be.
 */
export class AlertTables implements AlertStore {
  readonly #withFile: WithFile;
  readonly #entries = new Map<string, OutboxEntry>();
  #alerts: AlertsState | null = null;
  #silences: readonly Silence[] | null = null;
  #wasRead = false;
  /** The file does not hold what is here. */
  #behind = false;

  constructor(withFile: WithFile) {
    this.#withFile = withFile;
  }

  waiting(): readonly OutboxEntry[] {
    return [...this.#entries.values()];
  }

  alerts(): AlertsState | null {
    return this.#alerts;
  }

  silences(): readonly Silence[] {
    return this.#silences ?? [];
  }

  commit(change: AlertChange): boolean {
    this.#apply(change);
    if (this.#behind) this.catchUp();
    else
      this.#behind = !this.#withFile((database) => durably(database, change, () => write(database, change)));
    return !this.#behind;
  }

  /** Nothing is known yet of what an earlier run kept. */
  get unread(): boolean {
    return !this.#wasRead;
  }

  /** The file was opened: it is read the first time; what is opened in its place later gets all that is here. */
  opened(database: DatabaseSync): void {
    if (this.#wasRead) this.#behind = true;
    else this.read(database);
  }

  /** What an earlier run kept; what was said before it could be read is younger. */
  read(database: DatabaseSync): void {
    const since = this.#whole();
    const [entries, alerts] = [readOutbox(database), read<AlertsState>(database, "alerts")];
    const silences = read<readonly Silence[]>(database, "silences");
    this.#silences = silences;
    this.#alerts = alerts;
    this.#entries.clear();
    for (const entry of entries) this.#entries.set(entry.key, entry);
    this.#wasRead = true;
    this.#apply(since);
    if (since.silences !== undefined) this.#silences = [...(silences ?? []), ...since.silences];
    this.#behind = since.put.length > 0 || since.alerts !== undefined || since.silences !== undefined;
  }

  /** Writes what could not be written before. */
  catchUp(): void {
    if (!this.#behind) return;
    const whole = this.#whole();
    this.#behind = !this.#withFile((database) =>
      durably(database, whole, () => {
        database.exec("DELETE FROM outbox; DELETE FROM kept");
        write(database, whole);
      }),
    );
  }

  #whole() {
    const [alerts, silences] = [this.#alerts, this.#silences];
    return {
      put: this.waiting(),
      ...(alerts === null ? {} : { alerts }),
      ...(silences === null ? {} : { silences }),
    };
  }

  #apply({ put = [], remove = [], alerts, silences }: AlertChange): void {
    for (const entry of put) this.#entries.set(entry.key, entry);
    for (const key of remove) this.#entries.delete(key);
    if (alerts !== undefined) this.#alerts = alerts;
    if (silences !== undefined) this.#silences = silences;
  }
}

/**
 * What was delivered, and what is to be, has to outlive a power cut too, or it is told twice or never, and so has a silence
 * that somebody was told of: such a commit waits for the disk. The pragma is of this connection, and has no effect inside
 * a transaction.
 */
function durably(
  database: DatabaseSync,
  { put = [], remove = [], silences }: AlertChange,
  work: () => void,
): void {
  const waits = put.length + remove.length > 0 || silences !== undefined;
  if (waits) database.exec("PRAGMA synchronous = FULL");
  try {
    inTransaction(database, work);
  } finally {
    if (waits) database.exec("PRAGMA synchronous = NORMAL");
  }
}

function write(database: DatabaseSync, { put = [], remove = [], alerts, silences }: AlertChange): void {
  const putEntry = database.prepare(
    "INSERT INTO outbox (key, body) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET body = excluded.body",
  );
  for (const entry of put) putEntry.run(entry.key, JSON.stringify(entry));
  const removeEntry = database.prepare("DELETE FROM outbox WHERE key = ?");
  for (const key of remove) removeEntry.run(key);
  const keep = database.prepare("INSERT OR REPLACE INTO kept (name, body) VALUES (?, ?)");
  if (alerts !== undefined) keep.run("alerts", JSON.stringify(alerts));
  if (silences !== undefined) keep.run("silences", JSON.stringify(silences));
}

/** What is no JSON any more is left out. */
function readOutbox(database: DatabaseSync): OutboxEntry[] {
  return database
    .prepare("SELECT body FROM outbox ORDER BY place")
    .all()
    .flatMap(({ body }) => parsed<OutboxEntry>(body) ?? []);
}

function read<T>(database: DatabaseSync, name: string): T | null {
  return parsed<T>(database.prepare("SELECT body FROM kept WHERE name = ?").get(name)?.["body"]);
}

function parsed<T>(body: unknown): T | null {
  try {
    return JSON.parse(String(body)) as T;
  } catch {
    return null;
  }
}
