import type { Container } from "../../model/facts.ts";

/** What the path of a cgroup says of the container in it. */
export interface CgroupMark {
  readonly engine: Container["engine"];
  /** 64 hexadecimal digits; null where the engine does not put them into the path. */
  readonly id: string | null;
  /** Where the path has the name itself (lxc, systemd-machined). */
  readonly name: string | null;
  /** Uid of the Kubernetes pod; null outside of one. */
  readonly podUid: string | null;
}

const SCOPES: Readonly<Record<string, Container["engine"]>> = {
  docker: "docker",
  libpod: "podman",
  "libpod-payload": "podman",
  crio: "cri-o",
  "cri-containerd": "containerd",
  containerd: "containerd",
  nerdctl: "containerd",
};

/** Folders of cgroupfs drivers above a bare id. */
const FOLDERS: Readonly<Record<string, Container["engine"]>> = {
  docker: "docker",
  ecs: "docker",
  libpod_parent: "podman",
  "k8s.io": "containerd",
  default: "containerd",
};

/** "docker-ID.scope", "libpod-payload-ID", and "kubepods-podUID.slice:cri-containerd:ID" of a wrongly set up driver. */
const SCOPE = /^(?:.*:)?([a-z-]+)[-:]([0-9a-f]{64})(?:\.scope)?$/;
const BARE = /^[0-9a-f]{64}$/;
/** conmon watches a container of podman or CRI-O from outside. */
const MONITOR = /^(?:libpod|crio)-conmon-|^lxc\.monitor/;
const POD =
  /(?:^|-)pod([0-9a-f]{8}[-_][0-9a-f]{4}[-_][0-9a-f]{4}[-_][0-9a-f]{4}[-_][0-9a-f]{12}|[0-9a-f]{32})(?:\.slice|:|$)/;

/**
 * The innermost container that a cgroup's path leads through; null when it leads through none. Seen from within a
 * cgroup namespace the path begins with "/..", cgroup_namespaces(7), which changes nothing here.
 */
export function markOf(path: string): CgroupMark | null {
  const parts = path.split("/");
  for (let at = parts.length - 1; at > 0; at--) {
    const part = parts[at] ?? "";
    if (MONITOR.test(part)) return null;
    const found = idOf(part, parts, at) ?? namedMark(part, parts, at);
    if (found !== null) return { ...found, podUid: podUidOf(parts.slice(0, at + 1)) };
  }
  const podUid = podUidOf(parts);
  return podUid === null ? null : { engine: "kubernetes", id: null, name: null, podUid };
}

type Mark = Omit<CgroupMark, "podUid">;

function idOf(part: string, parts: readonly string[], at: number): Mark | null {
  const scope = SCOPE.exec(part);
  const engine = SCOPES[scope?.[1] ?? ""];
  if (scope?.[2] !== undefined && engine !== undefined) return { engine, id: scope[2], name: null };
  return BARE.test(part) ? { engine: folderEngine(parts.slice(0, at)), id: part, name: null } : null;
}

function folderEngine(above: readonly string[]): Container["engine"] {
  if (podUidOf(above) !== null) return "kubernetes";
  const folder = above.findLast((part) => part in FOLDERS);
  return FOLDERS[folder ?? ""] ?? "unknown";
}

/** Containers of whole systems, whose names stand in the path. */
function namedMark(part: string, parts: readonly string[], at: number): Mark | null {
  const above = parts[at - 1];
  const lxc = /^lxc\.payload\.(.+)$/.exec(part)?.[1];
  if (lxc !== undefined) return { engine: "lxc", id: null, name: lxc };
  if ((above === "lxc" || above === "lxc.payload") && part !== "")
    return { engine: "lxc", id: null, name: part };
  const nspawn = parts[at + 1] === "payload" ? /^systemd-nspawn@(.+)\.service$/.exec(part)?.[1] : undefined;
  const machine = nspawn ?? /^machine-(.+)\.scope$/.exec(part)?.[1];
  // libvirt numbers its domains anew at each start: "qemu-3-web".
  return machine === undefined
    ? null
    : { engine: "unknown", id: null, name: unescapeUnit(machine).replace(/^(?:qemu|lxc)-\d+-/, "") };
}

/** The uid of the innermost pod; systemd cannot have "-" in the name of a slice and has "_" instead. */
function podUidOf(parts: readonly string[]): string | null {
  const uid = parts.map((part) => POD.exec(part)?.[1]).findLast((found) => found !== undefined);
  return uid?.replaceAll("_", "-") ?? null;
}

function unescapeUnit(name: string): string {
  return name.replaceAll(/\\x([0-9a-f]{2})/g, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
}
