import { type Notifier, openNotifier as open } from "../kernel/native/notify.ts";

export type { Notifier };

/** The service manager that started this program, if one did. */
export function openNotifier(environment: Readonly<Record<string, string | undefined>>): Notifier {
  return open(environment);
}
