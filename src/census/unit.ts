/** Parts of a cgroup's path that begin a container, as far as their shape says so. */
const CONTAINER =
  /[0-9a-f]{64}(?:\.scope)?$|(?:^|-)pod[0-9a-f]{8}[-_][0-9a-f_-]{27}(?:\.slice)?$|^lxc\.payload\.|^machine-.*\.scope$/;
/** Podman under a unit of its own (Quadlet): the container is that unit's, and the unit has the better name. */
const OWN_PAYLOAD = /^libpod-payload-[0-9a-f]{64}$/;

export interface Unit {
  readonly name: string;
  /** `container`: it stands in a container that runs systemd. `payload`: the container is that unit's own. */
  readonly place: "host" | "container" | "payload";
}

/**
 * The systemd unit that a process belongs to by the path of its cgroup: "nginx.service" of
 * "/system.slice/nginx.service/workers". Null outside of one, in sessions and scopes, and for a unit that holds the
 * engine of a container rather than the container.
 */
export function findUnit(cgroup: string | null): Unit | null {
  const parts = cgroup?.split("/") ?? [];
  const at = parts.findLastIndex((part) => part.endsWith(".service"));
  const name = stableName(parts[at]);
  if (name === null) return null;
  const container = parts.findLastIndex((part, place) => startsContainer(part, parts, place));
  if (container === -1) return { name, place: "host" };
  if (container < at) return { name, place: "container" };
  return container === at + 1 && OWN_PAYLOAD.test(parts[container] ?? "") ? { name, place: "payload" } : null;
}

function startsContainer(part: string, parts: readonly string[], place: number): boolean {
  const above = parts[place - 1];
  return (
    CONTAINER.test(part) ||
    above === "lxc" ||
    above === "lxc.payload" ||
    (part.startsWith("systemd-nspawn@") && parts[place + 1] === "payload")
  );
}

/** The name of a unit without what differs from start to start; null when nothing of it would stay. */
function stableName(part: string | undefined): string | null {
  // systemd puts "_" before a name that the kernel's own files in a cgroup could have.
  const unit = unescapeUnit((part ?? "").replace(/^_/, ""));
  // user@1000.service only holds the session in which the real units live; systemd-run numbers its units.
  if (unit === "" || /^(?:user@\d+|run-(?:r[0-9a-f]{32}|[up]\d+(?:-i\d+)?|\d+))\.service$/.test(unit))
    return null;
  return (
    unit
      // "sshd@12-10.0.0.1:22-10.0.0.9:51234.service": one for each connection to a socket unit.
      .replace(/@\d+-(?:\d+-\d+|.*:\d+-.*:\d+)\.service$/, "@.service")
      // "app-firefox@5f2c9a01d3e84b7f.service": desktops add a random word.
      .replace(/@[0-9a-f]{16,}\.service$/, ".service")
      // "dbus-:1.2-org.freedesktop.problems@0.service": numbered by the bus.
      .replace(/^dbus-:[\d.]+-(.+)@\d+\.service$/, "$1.service")
  );
}

/** "\x2d" for "-" and so on, byte by byte: systemd.unit(5). */
function unescapeUnit(name: string): string {
  return name.replaceAll(/(?:\\x[0-9a-f]{2})+/g, (run) =>
    Buffer.from(run.replaceAll("\\x", ""), "hex").toString("utf8"),
  );
}
