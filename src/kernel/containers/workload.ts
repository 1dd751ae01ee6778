/** Kubernetes makes its random words of these: no vowels, so that they spell nothing. */
const RANDOM = "[bcdfghjklmnpqrstvwxz2456789]";
/** Added to the name of every pod that a controller made, other than a stateful set. */
const SUFFIX = new RegExp(`^(.+)-${RANDOM}{5}$`);
/** The hash of a replica set: a 32-bit number in that alphabet, one digit of it for each decimal digit. */
const REPLICA_SET = new RegExp(`^(.+)-${RANDOM}{6,10}$`);
/** A cron job names each job after the minute for which it was due. */
const CRON_JOB = /^(.+)-\d{8}$/;
const ORDINAL = /^(.+)-\d{1,5}$/;

/**
 * The workload behind a pod's name: "orders" of "orders-7d4b9c6f5d-x2x9v" (a deployment), "node-exporter" of
 * "node-exporter-4kx7z" (a daemon set), "backup" of "backup-28459300-zx8qk" (a cron job), "db" of "db-0" (a stateful
 * set). A pod that nobody manages keeps its name.
 */
export function workloadOf(pod: string): string {
  const made = SUFFIX.exec(pod)?.[1];
  if (made === undefined) return ORDINAL.exec(pod)?.[1] ?? pod;
  return REPLICA_SET.exec(made)?.[1] ?? CRON_JOB.exec(made)?.[1] ?? made;
}
