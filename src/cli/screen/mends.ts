import type { Sight } from "../../agent/sight.ts";

/** What to do to see more. */
export interface Mend {
  readonly why: string;
  /** Runs as pasted, but for words in capitals; null: there is nothing to run. */
  readonly command: string | null;
}

/** Listing the descriptors of other users' processes asks for these: proc_pid_fd(5). */
const LOOK_INSIDE = ["CAP_SYS_PTRACE", "CAP_DAC_READ_SEARCH"];
/** Entering other network namespaces: setns(2). */
const ENTER = "CAP_SYS_ADMIN";

/** The mends for what is missed here, the simplest first. `program`: how this program is called. */
export function mendsFor(sight: Sight, program: string): Mend[] {
  if (sight.processes.all === 0)
    return [{ why: "name where procfs is mounted", command: `${program} doctor --procfs /proc` }];
  const mends = [...rightsMends(sight, program), ...addonMends(sight)];
  if (!sight.countedBySize) mends.push({ why: "a kernel of Linux 6.2 or newer", command: null });
  return mends;
}

/** Only who may look into other processes sees past hidepid=: proc(5). */
export function isHidden({ hidepid, processes, capabilities }: Sight): boolean {
  return hidepid !== null && processes.foreign === 0 && !capabilities.includes("CAP_SYS_PTRACE");
}

/** Some network namespace may not be entered, or may not even be told apart: proc_pid_ns(5). */
function isShut({ processes, native }: Sight): boolean {
  return native.entered < native.others || processes.placed < processes.all;
}

function rightsMends(sight: Sight, program: string): Mend[] {
  const blind = sight.processes.listed < sight.processes.all || isHidden(sight);
  const shut = isShut(sight);
  if (sight.wholeHost === false) return containerMends();
  if (!blind && !shut) return [];
  if (sight.initialUsers === false)
    return [
      { why: "start it outside this user namespace: root in it is not root of the host", command: null },
    ];
  const needed = [...(blind ? LOOK_INSIDE : []), ...(shut ? [ENTER] : [])];
  if (needed.every((name) => has(sight, name))) return [protectedMend(sight)];
  // Root without them is root of a container that shares the host's pid namespace.
  if (sight.uid === 0) return containerMends();
  return [
    { why: "as root", command: `sudo ${program}` },
    ...capabilityMends(needed, program),
    ...scopeMends(sight),
  ];
}

/** Who may override permissions may read as well: generic_permission() of fs/namei.c. */
function has({ capabilities }: Sight, name: string): boolean {
  if (name === "CAP_DAC_READ_SEARCH" && capabilities.includes("CAP_DAC_OVERRIDE")) return true;
  return capabilities.includes(name);
}

function capabilityMends(needed: readonly string[], program: string): Mend[] {
  const short = needed.map((name) => `+${name.slice("CAP_".length).toLowerCase()}`).join(",");
  const inside = needed.filter((name) => name !== ENTER).join(" and ");
  const gives = [
    ...(inside === "" ? [] : [`${inside} for other users' processes`]),
    ...(needed.includes(ENTER) ? [`${ENTER} for other network namespaces`] : []),
  ];
  return [
    {
      why: `or as yourself, with just ${gives.join(", ")}`,
      command:
        'sudo setpriv --reuid="$(id -u)" --regid="$(id -g)" --init-groups ' +
        `--inh-caps=${short} --ambient-caps=${short} ${program}`,
    },
    { why: `or as a systemd service, with AmbientCapabilities=${needed.join(" ")}`, command: null },
  ];
}

function containerMends(): Mend[] {
  return [
    {
      why: "with Docker or Podman, the host's processes and the rights to look into them",
      command:
        "docker run --pid=host --rm -it --cgroupns=host --cap-add SYS_PTRACE --cap-add DAC_READ_SEARCH " +
        "--cap-add SYS_ADMIN --security-opt apparmor=unconfined IMAGE descry",
    },
    {
      why: "with Kubernetes, a debug pod on the node",
      command: "kubectl debug node/NODE -it --profile=sysadmin --image=IMAGE -- descry",
    },
  ];
}

function protectedMend({ processes: { all, listed, denied } }: Sight): Mend {
  const such = denied === null ? "" : `, such as pid ${denied.pid}`;
  const whom = all === listed ? "the other network namespaces" : `what is refused (${all - listed}${such})`;
  return {
    why: `nothing to do for ${whom}: a security module or another user namespace protects it, even from root`,
    command: null,
  };
}

/** Yama checks who attaches; who only reads links of /proc/PID/fd is not asked: security/yama/yama_lsm.c. */
function scopeMends({ ptraceScope }: Sight): Mend[] {
  if (ptraceScope === null || ptraceScope === 0) return [];
  const why = `kernel.yama.ptrace_scope=${ptraceScope} may stay: it holds back who attaches, not who reads`;
  return [{ why, command: null }];
}

function addonMends({ native: { addon } }: Sight): Mend[] {
  if (addon === true) return [];
  if (addon.startsWith("DESCRY_ADDON"))
    return [{ why: "the environment switches the addon off", command: "unset DESCRY_ADDON" }];
  // Idle times of a copy of procfs are not there to be asked for.
  if (addon.endsWith("is not the proc file system of this kernel")) return [];
  return [
    {
      why: "build the C addon, in the clone of descry",
      command: "sudo apt-get install gcc libc6-dev && sh scripts/setup",
    },
  ];
}
