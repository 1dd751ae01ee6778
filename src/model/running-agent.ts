/** An agent as it tells of itself, so that a program knows whether that one watches what it would look at. */
export interface RunningAgent {
  /** Of descry. */
  readonly version: string;
  /** RFC 3339 UTC. */
  readonly startedAt: string;
  /** /proc/sys/kernel/random/boot_id; null: it could not be read. */
  readonly bootId: string | null;
  /**
   * Its own process as the proc file system that it watches shows it: pids are those of one pid namespace, so who finds
   * the same process under the same number looks at the same processes. Null: it is not in there.
   */
  readonly process: AgentProcess | null;
}

export interface AgentProcess {
  readonly pid: number;
  /** Field 22 of /proc/PID/stat: clock ticks after boot. */
  readonly startTicks: number;
}
