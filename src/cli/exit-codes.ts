/** Exit codes of every command. The first four are those of the monitoring-plugins convention. */
export const OK = 0;
export const WARNING = 1;
export const CRITICAL = 2;
/** Could not read, target gone, bad usage. */
export const UNKNOWN = 3;
/** A bug in descry (sysexits EX_SOFTWARE). */
export const BUG = 70;

/** `exec` could not do its part, as env(1) says it; nothing of the command's own. */
export const EXEC_FAILED = 125;

/** A command that was to run for a given time and was interrupted before: 128 and the signal's number. */
export const INTERRUPTED: Readonly<Record<string, number>> = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 };
