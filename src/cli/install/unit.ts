/** What a unit depends on. */
export interface UnitOrder {
  /** The program as the service manager starts it: an absolute path. */
  readonly program: string;
  /** Whether sockets of containers and of other services with a network of their own are to be looked at. */
  readonly containers: boolean;
  /** Whether the program can send words to the service manager, for which it needs the C addon. */
  readonly speaks: boolean;
}

/** A capability and why the program has it: capabilities(7), and where it asks for it. */
interface Right {
  readonly name: string;
  readonly why: readonly string[];
}

const PTRACE: Right = {
  name: "CAP_SYS_PTRACE",
  why: [
    "read the links in /proc/PID/fd of other users' processes, fdinfo and ns/net (PTRACE_MODE_READ_FSCREDS),",
    "ask kcmp(2), and see past hidepid=. Without it only counts are left of other users' processes.",
  ],
};
const READ_SEARCH: Right = {
  name: "CAP_DAC_READ_SEARCH",
  why: [
    "open the folders /proc/PID/fd of other users (mode 0500), the records of Docker, containerd and the kubelet",
    "that say what a container is called, and a configuration that only root may read.",
  ],
};
const NET_ADMIN: Right = {
  name: "CAP_NET_ADMIN",
  why: [
    "a larger buffer for the feed of closed connections (SO_RCVBUFFORCE). With the kernel's default of 208 KiB some",
    "300 announcements fit between two looks; others are lost, which is told as a gap. It changes no setting.",
  ],
};
const SYS_ADMIN: Right = {
  name: "CAP_SYS_ADMIN",
  why: [
    "enter the network namespaces of containers with setns(2), to ask how long their connections have been unused.",
    "Without it (descry install --containers no) their peers and states are read as text, and leaks in them stay suspected.",
  ],
};

/** Ambient and bounding capabilities of the service. */
export function rightsOf({ containers }: Pick<UnitOrder, "containers">): string[] {
  return rights(containers).map(({ name }) => name);
}

function rights(containers: boolean): Right[] {
  return [PTRACE, READ_SEARCH, NET_ADMIN, ...(containers ? [SYS_ADMIN] : [])];
}

/** descry.service, systemd.service(5) and systemd.exec(5); for systemd 247 or newer. */
export function unitText({ program, containers, speaks }: UnitOrder): string {
  const names = rightsOf({ containers }).join(" ");
  const why = rights(containers).flatMap(({ name, why: [first = "", ...more] }) => [
    `# ${name}: ${first}`,
    ...more.map((line) => `#   ${line}`),
  ]);
  return `# Change it with "systemctl edit descry", which writes a file of its own: then descry install can bring this one up to date.

[Unit]
Description=descry: watches for file descriptors and sockets that are opened and not given back
After=network.target

[Service]
${speaks ? SPEAKING : SILENT}
ExecStart=${quoted(program)} agent
ExecReload=/bin/kill -HUP $MAINPID
Restart=on-failure
RestartSec=5
TimeoutStopSec=20

# A user that exists while the service runs: no account to make, to reuse or to remove. What it keeps is in
# /var/lib/descry, for itself and root alone.
DynamicUser=yes
User=descry
StateDirectory=descry
StateDirectoryMode=0700
Environment=DESCRY_STATE_DIR=%S/descry
# Memory of tables that grew goes back to the system.
Environment=MALLOC_ARENA_MAX=1 MALLOC_MMAP_THRESHOLD_=65536
UMask=0077

# It only reads, but what it reads belongs to others:
${why.join("\n")}
AmbientCapabilities=${names}
CapabilityBoundingSet=${names}
NoNewPrivileges=yes

# Files: everything is read-only but its own state; homes are not there at all. What /proc says of files in them stays
# readable, since it is text. /proc is whole (no ProtectProc=, ProcSubset= or PrivateUsers=): it is what is watched.
ProtectSystem=strict
ProtectHome=yes
PrivateTmp=yes
PrivateMounts=yes
PrivateDevices=yes
DevicePolicy=closed
ProtectKernelTunables=yes
ProtectKernelModules=yes
ProtectKernelLogs=yes
ProtectControlGroups=yes
ProtectClock=yes
ProtectHostname=yes

# AF_NETLINK: sock_diag(7). AF_UNIX: words to systemd, and the inode clock. AF_INET: the HTTP side, and the channels.
# No AF_PACKET: nobody's packets are looked at. The network is the host's (no PrivateNetwork=): it is what is watched.
RestrictAddressFamilies=AF_UNIX AF_NETLINK AF_INET AF_INET6
RestrictNamespaces=${containers ? "net" : "yes"}
RestrictRealtime=yes
RestrictSUIDSGID=yes
LockPersonality=yes
RemoveIPC=yes
KeyringMode=private
# No MemoryDenyWriteExecute=: JavaScript is compiled while it runs. ptrace(2) and process_vm_readv(2) are not in the
# filter: it reads links, never memory. sched_setaffinity(2) is: the inode clock has a tick on every CPU.
SystemCallArchitectures=native
SystemCallFilter=@system-service
SystemCallFilter=~@privileged @obsolete @keyring @memlock
SystemCallErrorNumber=EPERM

# What it watches goes first. It holds its own budget of CPU (1% of a core unless configured otherwise).
CPUWeight=20
IOWeight=20
Nice=5
MemoryHigh=448M
MemoryMax=512M
TasksMax=64
LimitNOFILE=16384
LimitCORE=0

[Install]
WantedBy=multi-user.target
`;
}

const SPEAKING = `Type=notify
NotifyAccess=main
# It says every few seconds that it is not stuck.
WatchdogSec=60`;

const SILENT = `# There is no C addon, without which it cannot tell systemd when it is ready: no Type=notify, no WatchdogSec=.
Type=exec`;

/** As systemd.service(5) wants a path in ExecStart=: specifiers and variables doubled, in quotes where a space is. */
function quoted(path: string): string {
  const doubled = path.replaceAll("%", "%%").replaceAll("$", "$$$$");
  return /^[\w./@%$+:,-]+$/.test(doubled) ? doubled : `"${doubled.replace(/["\\]/g, "\\$&")}"`;
}
