import { getSystemErrorName } from "node:util";
import { loadAddon } from "./addon.ts";

/** A word to the service manager that started this program, sd_notify(3). Nothing of it waits or throws. */
export interface Notifier {
  /** It works now: after its start, and after it has read its configuration again. */
  ready(): void;
  /** One line for people, which `systemctl status` shows. */
  status(text: string): void;
  /** Not stuck. To be said well before `withinMilliseconds` are over; a manager that keeps no watch does not hear it. */
  alive(): void;
  /** It reads its configuration again, until `ready()`. */
  reloading(): void;
  stopping(): void;
  /** The manager kills this program after so long without `alive()`; null: it keeps no watch. */
  readonly withinMilliseconds: number | null;
  /** Why what was said last has not been delivered; null: it has, or nobody listens. */
  readonly fault: string | null;
}

interface NotifyAddon {
  /** 0, or an errno. */
  sendNotification(name: string, text: string): number;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** The manager's answer to a status of more is to cut it off. */
const LONGEST_STATUS = 500;

/** Nobody listens without NOTIFY_SOCKET, and then nothing is sent. */
export function openNotifier(environment: Environment): Notifier {
  const socket = environment["NOTIFY_SOCKET"] ?? "";
  if (socket === "") return new SocketNotifier(() => null, null);
  const loaded = loadAddon<NotifyAddon>();
  if ("absent" in loaded) {
    const why = `the service manager cannot be told anything without the C addon: ${loaded.absent}`;
    return new SocketNotifier(() => why, null);
  }
  const send = (text: string): string | null => {
    const error = loaded.addon.sendNotification(socket, text);
    return error === 0
      ? null
      : `the service manager could not be told: ${getSystemErrorName(-error)} at NOTIFY_SOCKET`;
  };
  return new SocketNotifier(send, watchOf(environment));
}

/** sd_watchdog_enabled(3): microseconds, meant for the process that WATCHDOG_PID names, if it names one. */
function watchOf(environment: Environment): number | null {
  const microseconds = environment["WATCHDOG_USEC"] ?? "";
  const pid = environment["WATCHDOG_PID"] ?? "";
  if (!/^[1-9]\d{0,14}$/.test(microseconds)) return null;
  return pid === "" || pid === String(process.pid) ? Number(microseconds) / 1000 : null;
}

/**
 * `send` gives why it could not. What has to arrive and did not, since the manager was too busy to take it, goes before
 * the next word.
 */
class SocketNotifier implements Notifier {
  readonly withinMilliseconds: number | null;
  readonly #send: (text: string) => string | null;
  #owed: string | null = null;
  #fault: string | null = null;

  constructor(send: (text: string) => string | null, withinMilliseconds: number | null) {
    this.#send = send;
    this.withinMilliseconds = withinMilliseconds;
  }

  get fault(): string | null {
    return this.#fault;
  }

  ready(): void {
    this.#state("READY=1");
  }

  reloading(): void {
    // Node's clock is CLOCK_MONOTONIC, which systemd wants from 253 on.
    this.#state(`RELOADING=1\nMONOTONIC_USEC=${process.hrtime.bigint() / 1000n}`);
  }

  stopping(): void {
    this.#state("STOPPING=1");
  }

  alive(): void {
    if (this.withinMilliseconds !== null || this.#owed !== null) this.#say("WATCHDOG=1");
  }

  status(text: string): void {
    // One assignment a line: a line break would begin another. Control characters are no words for people.
    this.#say(
      `STATUS=${text
        .replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, " ")
        .slice(0, LONGEST_STATUS)
        .toWellFormed()}`,
    );
  }

  /** A later state takes the place of one that did not arrive. */
  #state(text: string): void {
    this.#owed = text;
    this.#settle();
  }

  #say(text: string): void {
    if (this.#settle()) this.#fault = this.#send(text);
  }

  #settle(): boolean {
    if (this.#owed === null) return true;
    this.#fault = this.#send(this.#owed);
    if (this.#fault === null) this.#owed = null;
    return this.#fault === null;
  }
}
