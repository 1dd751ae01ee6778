import type { Container } from "../../model/facts.ts";
import { type CgroupMark, markOf } from "./cgroup-mark.ts";
import { HostFolder } from "./host-folder.ts";
import {
  type Names,
  parseBundle,
  parseDockerConfig,
  parseLogName,
  parsePodFolder,
  parseStorageList,
} from "./records.ts";

/** A name that is not known yet is looked for again: an engine writes its files about when the container starts. */
const LOOK_AGAIN_SECONDS = 30;
/** Paths of cgroups that are remembered; of a host with more of them the oldest are read again. */
const MOST_REMEMBERED = 4096;

const DOCKER = "var/lib/docker/containers";
const CONTAINERD = "run/containerd/io.containerd.runtime.v2.task";
const STORAGE = "var/lib/containers/storage/overlay-containers";
const BUNDLES = "run/containers/storage/overlay-containers";
const MOST_NAMESPACES = 32;

interface Remembered {
  readonly container: Container | undefined;
  readonly lookAgainAt: number;
}

/**
 * Names the containers that processes run in, from the paths of their cgroups and from what the engines wrote about
 * them: no engine is asked. `root` is the folder that is "/" on the host; null: only the paths are looked at. As long
 * as nothing new is known of a container the same object is given for it.
 */
export class Containers {
  private readonly remembered = new Map<string, Remembered>();
  private readonly host: HostFolder | null;

  private readonly uptime: () => number;

  constructor(root: string | null, uptime: () => number) {
    this.uptime = uptime;
    this.host = root === null ? null : new HostFolder(root);
  }

  /** `paths`: all those of /proc/PID/cgroup; on a host with cgroup v1 only some of them lead into the container. */
  of(paths: readonly string[]): Container | undefined {
    for (const path of new Set(paths)) {
      const container = this.ofPath(path);
      if (container !== undefined) return container;
    }
    return undefined;
  }

  private ofPath(path: string): Container | undefined {
    const uptime = this.uptime();
    const known = this.remembered.get(path);
    if (known !== undefined && uptime < known.lookAgainAt) return known.container;
    const mark = markOf(path);
    const container = mark === null ? undefined : this.describe(mark);
    const same = JSON.stringify(container) === JSON.stringify(known?.container);
    const kept = same ? known?.container : container;
    const complete = mark === null || isNamed(container) || this.host === null;
    this.remembered.delete(path);
    this.remembered.set(path, {
      container: kept,
      lookAgainAt: complete ? Number.POSITIVE_INFINITY : uptime + LOOK_AGAIN_SECONDS,
    });
    for (const oldest of this.remembered.keys()) {
      if (this.remembered.size <= MOST_REMEMBERED) break;
      this.remembered.delete(oldest);
    }
    return kept;
  }

  private describe(mark: CgroupMark): Container {
    const names = this.host === null ? null : namesOf(this.host, mark);
    const inPod = mark.podUid === null ? null : { namespace: null, workload: null };
    return {
      engine: mark.engine,
      name: mark.name ?? names?.name ?? null,
      pod: names?.pod ?? inPod,
      compose: names?.compose ?? null,
    };
  }
}

/** Compose's names or those of the pod and the container are complete; of a container by itself its own name. */
function isNamed(container: Container | undefined): boolean {
  if (container === undefined) return true;
  const { name, pod, compose } = container;
  return compose !== null || (name !== null && (pod === null || pod.workload !== null));
}

/** What the engine's own file says, else what the kubelet's logs are called. */
function namesOf(host: HostFolder, mark: CgroupMark): Names | null {
  const own = mark.id === null ? null : ownNames(host, mark.id);
  if (own !== null && isSomething(own) && (own.pod !== null || mark.podUid === null)) return own;
  const logged = mark.podUid === null ? null : loggedNames(host, mark.id, mark.podUid);
  return logged ?? own;
}

function isSomething({ name, pod, compose }: Names): boolean {
  return name !== null || pod !== null || compose !== null;
}

function ownNames(host: HostFolder, id: string): Names | null {
  const docker = host.json(`${DOCKER}/${id}/config.v2.json`);
  if (docker !== null) return parseDockerConfig(docker);
  for (const namespace of host.names(CONTAINERD).slice(0, MOST_NAMESPACES)) {
    const bundle = host.json(`${CONTAINERD}/${namespace}/${id}/config.json`);
    if (bundle !== null) return parseBundle(bundle);
  }
  const crio = parseBundle(host.json(`${BUNDLES}/${id}/userdata/config.json`));
  if (isSomething(crio)) return crio;
  // Those that are removed when they stop stand in a list of their own.
  for (const list of ["containers.json", "volatile-containers.json"]) {
    const names = parseStorageList(host.json(`${STORAGE}/${list}`), id);
    if (names !== null) return names;
  }
  return null;
}

function loggedNames(host: HostFolder, id: string | null, podUid: string): Names | null {
  if (id !== null) {
    for (const file of host.names("var/log/containers")) {
      const names = parseLogName(file, id);
      if (names !== null) return names;
    }
  }
  for (const folder of host.names("var/log/pods")) {
    const names = parsePodFolder(folder, podUid);
    if (names !== null) return names;
  }
  return null;
}
