import * as connections from "./healthy-connections.ts";
import * as files from "./healthy-files.ts";
import * as processes from "./healthy-processes.ts";
import * as servers from "./healthy-servers.ts";
import type { Body } from "./stage.ts";

/** A kind of program without a leak. */
export interface Workload {
  readonly name: string;
  readonly body: Body;
  /** The least limit with which it never comes near it. */
  readonly leastLimit: number;
}

function workload(name: string, body: Body, leastLimit = 1024): Workload {
  return { name, body, leastLimit };
}

/** Collections further apart than this look like a leak until the first of them, where nothing tells their age better. */
const LONGEST_SAWTOOTH = 100;

/** What must never raise an alarm: the nine of the reference method first. */
export const HEALTHY: readonly Workload[] = [
  workload("pool filling to its size", connections.poolFilling),
  workload("ramp of traffic", connections.trafficRamp, 4096),
  workload("batch of some hundreds", files.batch, 4096),
  workload("idle keep-alive clients", servers.idleKeepAlive, 4096),
  workload("short connections, thousands in TIME_WAIT", connections.shortConnections),
  workload(
    "closed by the garbage collector only (20 to 100 s)",
    connections.garbageCollected(20, LONGEST_SAWTOOTH),
    4096,
  ),
  workload("log rotation", files.logRotation),
  workload("step in load", connections.loadStep, 4096),
  workload("restarts", processes.restarts),
  workload("deploys with overlap", processes.deploys),
  workload("workers recycled", processes.workerRecycling),
  workload("storm after a peer's restart", connections.reconnectStorm, 4096),
  workload("health checks", servers.healthChecks),
  workload("cron bursts", processes.cronBursts),
  workload("slow-closing websockets", servers.slowWebsockets, 16_384),
  workload("growing subscribers", servers.growingSubscribers, 65_536),
  workload("store that keeps segments", files.segmentStore, 65_536),
  workload("queue worker with cycles", files.queueWorker),
  workload("peer that is slow for minutes", connections.slowDowns, 4096),
  workload("heavy tails over the day", connections.heavyTails, 16_384),
  workload("HTTP keep-alive pool", connections.keepAlivePool),
  workload("database pool with overflow", connections.overflowingPool),
  workload("file server", files.fileServer, 16_384),
];

/** 6,000 opened and closed a minute: only leaks are put on top of it. */
export const BUSY: Workload = workload("6,000 opened and closed a minute", processes.busyServer, 4096);

/** Healthy, and yet accused now and then: measured by themselves, and said so. */
export const KNOWN_LIMITS: readonly Workload[] = [
  workload(
    "closed by the garbage collector only (100 to 200 s)",
    connections.garbageCollected(LONGEST_SAWTOOTH, 200),
    4096,
  ),
  workload(
    "closed by the garbage collector only (200 to 400 s)",
    connections.garbageCollected(200, 400),
    16_384,
  ),
];
