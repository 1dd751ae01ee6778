/** What a descriptor is, in the words of INTERFACE and of `verdict.subject.kind`. */
export const DESCRIPTOR_KINDS = [
  "tcp",
  "udp",
  "unix",
  "netlink",
  "packet",
  "socket-other",
  "file",
  "deleted-file",
  "pipe",
  "fifo",
  "eventfd",
  "eventpoll",
  "timerfd",
  "signalfd",
  "inotify",
  "fanotify",
  "pidfd",
  "memfd",
  "tty",
  "device",
  "bpf",
  "io_uring",
  "anon-other",
] as const;

export type DescriptorKind = (typeof DESCRIPTOR_KINDS)[number];

/** Kinds that have a path of their own in a folder. */
export const FILE_KINDS: ReadonlySet<DescriptorKind> = new Set(["file", "deleted-file", "fifo"]);

export const RULES = [
  "close-wait",
  "unclosed-connection",
  "unread-response",
  "ghost-socket",
  "accepted-pileup",
  "stalled-connect",
  "descriptor-leak",
  "unix-socket-leak",
  "udp-socket-leak",
  "socket-leak",
  "pool-bypass",
  "port-exhaustion",
  "inotify-exhaustion",
  "host-file-limit",
  "at-limit",
] as const;

export type RuleName = (typeof RULES)[number];

/** Rules that say that something runs out, whatever is held now. */
export const RESOURCE_RULES: ReadonlySet<RuleName> = new Set([
  "at-limit",
  "host-file-limit",
  "inotify-exhaustion",
  "port-exhaustion",
]);
