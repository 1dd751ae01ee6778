import type { Container, ProcessFact } from "../model/facts.ts";
import { readableCommand } from "./readable-command.ts";
import { findUnit } from "./unit.ts";

/**
 * The name under which a process is judged. It must survive a restart and a deploy, so it never holds a pid, a
 * container id or the hash of a pod:
 *
 *   nginx.service           the systemd unit
 *   web/nginx.service       the unit in a container that runs systemd
 *   shop/orders/api         namespace, workload and container of Kubernetes
 *   shop/api                project and service of Compose
 *   redis                   the container, when its engine says how it is called
 *   gunicorn app:app        else a readable command
 */
export function serviceName(process: Pick<ProcessFact, "name" | "command" | "cgroup" | "container">): string {
  const { container, cgroup, name, command } = process;
  const readable = (): string => readableCommand(name, command);
  const unit = findUnit(cgroup);
  if (container === undefined || unit?.place === "payload") return unit?.name ?? readable();
  const around = containerName(container, readable);
  if (unit?.place === "container") return around === null ? unit.name : `${around}/${unit.name}`;
  // A unit of the host is the engine's: the container is in another cgroup v1 hierarchy.
  return around ?? readable();
}

/** Null when nothing says how it is called. `inPod` names a container of a known pod that has no name itself. */
function containerName({ name, pod, compose }: Container, inPod: () => string): string | null {
  const workload = pod?.workload ?? null;
  if (workload !== null) return [pod?.namespace, workload, name ?? inPod()].filter(Boolean).join("/");
  return compose === null ? name : `${compose.project}/${compose.service}`;
}

/**
 * Whether a user who names `name` means this service: its whole name, "nginx" for "nginx.service", or one or more
 * whole parts of a name with slashes: "orders" and "orders/api" for "shop/orders/api".
 */
export function isNamed(service: string, name: string): boolean {
  if (service === name || service === `${name}.service`) return true;
  return (
    service.includes("/") && name !== "" && `/${service.replace(/\.service$/, "")}/`.includes(`/${name}/`)
  );
}
