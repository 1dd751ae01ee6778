import assert from "node:assert/strict";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { test, type TestContext } from "node:test";
import { Containers } from "./containers.ts";

const ID = "3f4d5b9be5ac22b7".repeat(4);
const UID = "4f1d6a8e-0d5a-4c39-9a67-2b1e8f7c6d5e";
const POD = `/kubepods/burstable/pod${UID}/${ID}`;
const DOCKER = `/system.slice/docker-${ID}.scope`;
const LIBPOD = `/machine.slice/libpod-${ID}.scope`;

/** A host of plain files. */
class Host {
  readonly root: string;
  uptime = 100;
  readonly containers: Containers;

  constructor(context: TestContext) {
    this.root = fs.mkdtempSync(path.join(os.tmpdir(), "descry-host-"));
    context.after(() => fs.rmSync(this.root, { recursive: true, force: true }));
    this.containers = new Containers(this.root, () => this.uptime);
  }

  write(file: string, content: unknown): void {
    const full = path.join(this.root, file);
    fs.mkdirSync(path.dirname(full), { recursive: true });
    fs.writeFileSync(full, typeof content === "string" ? content : JSON.stringify(content));
  }

  docker(config: unknown): void {
    this.write(`var/lib/docker/containers/${ID}/config.v2.json`, config);
  }
}

const labelled = (name: string, labels: Record<string, string>) => ({
  Name: name,
  Config: { Labels: labels },
});

test("Docker's own file has the name and the labels of compose", (context) => {
  const host = new Host(context);
  host.docker(
    labelled("/shop-api-1", { "com.docker.compose.project": "shop", "com.docker.compose.service": "api" }),
  );
  assert.deepEqual(host.containers.of([DOCKER]), {
    engine: "docker",
    name: "shop-api-1",
    pod: null,
    compose: { project: "shop", service: "api" },
  });
});

for (const [what, config, expected] of [
  ["a plain name", labelled("/redis", {}), { name: "redis" }],
  [
    "a Swarm task by its service",
    labelled("/shop_web.1.x8f3k2", { "com.docker.swarm.service.name": "shop_web" }),
    { name: "shop_web" },
  ],
  [
    "an ECS task by its family",
    labelled("/ecs-orders-7-api-d2c4", {
      "com.amazonaws.ecs.task-definition-family": "orders",
      "com.amazonaws.ecs.container-name": "api",
    }),
    { name: "orders/api" },
  ],
  ["a Nomad task without its allocation", labelled(`/web-${UID}`, {}), { name: "web" }],
  [
    "a pod under cri-dockerd",
    labelled(`/k8s_api_orders-7d4b9c6f5d-x2x9v_shop_${UID}_0`, {
      "io.kubernetes.pod.name": "orders-7d4b9c6f5d-x2x9v",
      "io.kubernetes.pod.namespace": "shop",
      "io.kubernetes.container.name": "api",
    }),
    { name: "api", pod: { namespace: "shop", workload: "orders" } },
  ],
] as const) {
  test(`Docker: ${what}`, (context) => {
    const host = new Host(context);
    host.docker(config);
    const none = { engine: "docker", pod: null, compose: null };
    assert.deepEqual(host.containers.of([DOCKER]), { ...none, ...expected });
  });
}

for (const [what, content] of [
  [
    "names that no engine gives",
    labelled("/a\u001b[31m\nb", { "com.docker.compose.project": "x".repeat(500) }),
  ],
  ["other types", { Name: 7, Config: { Labels: ["a"] } }],
  ["a prototype's own names", { __proto__: { Name: "/x" } }],
  ["null", "null"],
  ["no JSON", "{"],
  ["nothing", ""],
] as const) {
  test(`Docker's file with ${what} names nothing`, (context) => {
    const host = new Host(context);
    host.docker(content);
    assert.deepEqual(host.containers.of([DOCKER]), {
      engine: "docker",
      name: null,
      pod: null,
      compose: null,
    });
  });
}

test("a link, a folder and a pipe in place of a file are not read", (context) => {
  const host = new Host(context);
  host.write("elsewhere/config.v2.json", labelled("/secret", {}));
  fs.mkdirSync(path.join(host.root, "var/lib/docker/containers"), { recursive: true });
  const folder = path.join(host.root, `var/lib/docker/containers/${ID}`);
  fs.symlinkSync(path.join(host.root, "elsewhere"), folder);
  assert.equal(host.containers.of([DOCKER])?.name, null);
  fs.rmSync(folder);
  fs.mkdirSync(path.join(folder, "config.v2.json"), { recursive: true });
  host.uptime += 60;
  assert.equal(host.containers.of([DOCKER])?.name, null);
});

test("podman and CRI-O: the lists of containers/storage", (context) => {
  const host = new Host(context);
  const storage = "var/lib/containers/storage/overlay-containers";
  host.write(`${storage}/containers.json`, [{ id: "f".repeat(64), names: ["other"] }, 7, null]);
  assert.equal(host.containers.of([LIBPOD])?.name, null);
  host.write(`${storage}/volatile-containers.json`, [{ id: ID, names: ["web"] }]);
  assert.equal(host.containers.of([LIBPOD])?.name, null, "not looked for again at once");
  host.uptime += 30;
  assert.deepEqual(host.containers.of([LIBPOD]), { engine: "podman", name: "web", pod: null, compose: null });

  const crio = new Host(context);
  crio.write(`${storage}/containers.json`, [{ id: ID, names: [`k8s_api_db-0_shop_${UID}_3`] }]);
  assert.deepEqual(
    crio.containers.of([`/kubepods.slice/kubepods-pod${UID.replaceAll("-", "_")}.slice/crio-${ID}.scope`]),
    {
      engine: "cri-o",
      name: "api",
      pod: { namespace: "shop", workload: "db" },
      compose: null,
    },
  );
});

test("containerd: the annotations of the bundle", (context) => {
  const host = new Host(context);
  const tasks = "run/containerd/io.containerd.runtime.v2.task";
  host.write(`${tasks}/moby/other/config.json`, {});
  host.write(`${tasks}/k8s.io/${ID}/config.json`, {
    annotations: {
      "io.kubernetes.cri.container-name": "api",
      "io.kubernetes.cri.sandbox-name": "orders-7d4b9c6f5d-x2x9v",
      "io.kubernetes.cri.sandbox-namespace": "shop",
    },
  });
  assert.deepEqual(host.containers.of([POD]), {
    engine: "kubernetes",
    name: "api",
    pod: { namespace: "shop", workload: "orders" },
    compose: null,
  });
  const alone = new Host(context);
  alone.write(`${tasks}/default/${ID}/config.json`, { annotations: { "nerdctl/name": "web" } });
  assert.equal(alone.containers.of([`/default/${ID}`])?.name, "web");
});

test("Kubernetes: the names of the kubelet's logs, which need no right to read them", (context) => {
  const host = new Host(context);
  host.write(`var/log/containers/other-abc_shop_api-${"f".repeat(64)}.log`, "");
  host.write(`var/log/pods/shop_orders-7d4b9c6f5d-x2x9v_${UID}/api/0.log`, "");
  assert.deepEqual(host.containers.of([POD]), {
    engine: "kubernetes",
    name: null,
    pod: { namespace: "shop", workload: "orders" },
    compose: null,
  });
  host.write(`var/log/containers/orders-7d4b9c6f5d-x2x9v_shop_api-${ID}.log`, "");
  host.uptime += 30;
  assert.equal(host.containers.of([POD])?.name, "api");
});

test("the container may stand in any hierarchy of cgroup v1, and is the same object as long as nothing is new", (context) => {
  const host = new Host(context);
  host.docker(labelled("/redis", {}));
  const paths = ["/", "/system.slice/containerd.service", `/docker/${ID}`];
  const first = host.containers.of(paths);
  assert.equal(first?.name, "redis");
  host.docker(labelled("/renamed", {}));
  host.uptime += 1000;
  assert.equal(host.containers.of(paths), first, "a known name is not read again");
  assert.equal(host.containers.of(["/", "/system.slice/nginx.service"]), undefined);
});

test("without a host's root there is what the path says", () => {
  const containers = new Containers(null, () => 0);
  assert.deepEqual(containers.of([POD]), {
    engine: "kubernetes",
    name: null,
    pod: { namespace: null, workload: null },
    compose: null,
  });
  assert.equal(containers.of(["/lxc.payload.web"])?.name, "web");
});
