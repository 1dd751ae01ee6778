import type { Container } from "../../model/facts.ts";
import { workloadOf } from "./workload.ts";

/** What an engine's file says of a container. */
export type Names = Pick<Container, "name" | "pod" | "compose">;

/** Names of containers, pods, projects and services, as their engines allow them. */
const NAME = /^[A-Za-z0-9](?:[\w.-]{0,126}[A-Za-z0-9_])?$/;

function nameIn(record: unknown, key: string): string | null {
  const value = fieldOf(record, key);
  return typeof value === "string" && NAME.test(value) ? value : null;
}

function fieldOf(record: unknown, key: string): unknown {
  return typeof record === "object" && record !== null && Object.hasOwn(record, key)
    ? (record as Record<string, unknown>)[key]
    : undefined;
}

/** config.v2.json of Docker: "Name" with a slash before it, and the labels of Compose, Swarm, Kubernetes and ECS. */
export function parseDockerConfig(config: unknown): Names {
  const labels = fieldOf(fieldOf(config, "Config"), "Labels");
  const given = fieldOf(config, "Name");
  const name = typeof given === "string" ? nameIn({ given: given.replace(/^\//, "") }, "given") : null;
  const project = nameIn(labels, "com.docker.compose.project");
  const service = nameIn(labels, "com.docker.compose.service");
  const family = nameIn(labels, "com.amazonaws.ecs.task-definition-family");
  const inTask = nameIn(labels, "com.amazonaws.ecs.container-name");
  const ofTask = family !== null && inTask !== null ? `${family}/${inTask}` : null;
  const kubernetes = parseAnnotations(labels);
  return {
    // Names of tasks end in an id of their own: the service's is meant.
    name: kubernetes.name ?? nameIn(labels, "com.docker.swarm.service.name") ?? ofTask ?? withoutJobId(name),
    pod: kubernetes.pod,
    compose: project !== null && service !== null ? { project, service } : null,
  };
}

/** Nomad calls the container of a task "TASK-" and the uuid of its allocation. */
function withoutJobId(name: string | null): string | null {
  return name?.replace(/-[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/, "") ?? null;
}

/** Annotations of an OCI configuration, or labels: of the CRI in containerd, of CRI-O and the kubelet, of nerdctl. */
export function parseAnnotations(annotations: unknown): Names {
  const pod =
    nameIn(annotations, "io.kubernetes.cri.sandbox-name") ?? nameIn(annotations, "io.kubernetes.pod.name");
  const namespace =
    nameIn(annotations, "io.kubernetes.cri.sandbox-namespace") ??
    nameIn(annotations, "io.kubernetes.pod.namespace");
  const container =
    nameIn(annotations, "io.kubernetes.cri.container-name") ??
    nameIn(annotations, "io.kubernetes.container.name");
  return {
    name: (container === "POD" ? null : container) ?? nameIn(annotations, "nerdctl/name"),
    pod: pod === null ? null : { namespace, workload: workloadOf(pod) },
    compose: null,
  };
}

/** config.json of an OCI bundle. */
export function parseBundle(config: unknown): Names {
  return parseAnnotations(fieldOf(config, "annotations"));
}

/** containers.json of containers/storage: a list of {"id", "names": [...]}. */
export function parseStorageList(list: unknown, id: string): Names | null {
  if (!Array.isArray(list)) return null;
  const entry: unknown = list.find((one: unknown) => fieldOf(one, "id") === id);
  const names = fieldOf(entry, "names");
  const name = Array.isArray(names) ? nameIn({ name: names[0] as unknown }, "name") : null;
  return name === null ? null : { ...(parseKubeletName(name) ?? { name, pod: null, compose: null }) };
}

/** "k8s_CONTAINER_POD_NAMESPACE_UID_ATTEMPT", as dockershim and CRI-O call their containers. */
function parseKubeletName(name: string): Names | null {
  const [, container = "", pod = "", namespace = ""] =
    /^k8s_([^_]+)_([^_]+)_([^_]+)_[^_]+_\d+$/.exec(name) ?? [];
  if (pod === "") return null;
  const named = container === "POD" ? null : container;
  return { name: named, pod: { namespace, workload: workloadOf(pod) }, compose: null };
}

/** The name of a log in /var/log/containers: "POD_NAMESPACE_CONTAINER-ID.log". */
export function parseLogName(file: string, id: string): Names | null {
  if (!file.endsWith(`-${id}.log`)) return null;
  return namesOfPod(file.slice(0, -`-${id}.log`.length).split("_"));
}

/** The name of a folder in /var/log/pods: "NAMESPACE_POD_UID"; which container of the pod it is stays unknown. */
export function parsePodFolder(folder: string, uid: string): Names | null {
  const [namespace = "", pod = "", found] = folder.split("_");
  // A static pod has the hash of its manifest as uid, a mirrored one that of the API server.
  return found === uid ? namesOfPod([pod, namespace]) : null;
}

function namesOfPod([pod, namespace, container]: readonly string[]): Names | null {
  const parts = { pod, namespace, container };
  const podName = nameIn(parts, "pod");
  if (podName === null) return null;
  return {
    name: nameIn(parts, "container"),
    pod: { namespace: nameIn(parts, "namespace"), workload: workloadOf(podName) },
    compose: null,
  };
}
