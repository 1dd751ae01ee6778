import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { markOf } from "./cgroup-mark.ts";

const ID = "3f4d5b9be5ac22b7".repeat(4);
const OTHER = "00112233445566778899aabbccddeeff".repeat(2);
const UID = "4f1d6a8e-0d5a-4c39-9a67-2b1e8f7c6d5e";
const SLICED = UID.replaceAll("-", "_");
const PODS = "/kubepods.slice/kubepods-burstable.slice";

for (const [path, engine, also] of [
  [`/docker/${ID}`, "docker", { id: ID }],
  [`/system.slice/docker-${ID}.scope`, "docker", { id: ID }],
  [`/system.slice/docker-${ID}.scope/init`, "docker", { id: ID }],
  [`/../../system.slice/docker-${ID}.scope`, "docker", { id: ID }],
  [`/docker/${OTHER}/docker/${ID}`, "docker", { id: ID }],
  [`/ecs/6b1f0d2c/${ID}`, "docker", { id: ID }],
  [`/machine.slice/libpod-${ID}.scope/container`, "podman", { id: ID }],
  [`/libpod_parent/libpod-${ID}`, "podman", { id: ID }],
  [`/user.slice/user-1000.slice/user@1000.service/user.slice/libpod-${ID}.scope`, "podman", { id: ID }],
  [`/system.slice/web.service/libpod-payload-${ID}`, "podman", { id: ID }],
  [`/system.slice/nerdctl-${ID}.scope`, "containerd", { id: ID }],
  [`/default/${ID}`, "containerd", { id: ID }],
  [
    `${PODS}/kubepods-burstable-pod${SLICED}.slice/cri-containerd-${ID}.scope`,
    "containerd",
    { id: ID, podUid: UID },
  ],
  [
    `${PODS}/kubepods-burstable-pod${SLICED}.slice/crio-${ID}.scope/container`,
    "cri-o",
    { id: ID, podUid: UID },
  ],
  [`${PODS}/kubepods-burstable-pod${SLICED}.slice/docker-${ID}.scope`, "docker", { id: ID, podUid: UID }],
  [
    `/kubepods.slice/kubepods-pod${SLICED}.slice/cri-containerd-${ID}.scope`,
    "containerd",
    { id: ID, podUid: UID },
  ],
  [`/kubepods/burstable/pod${UID}/${ID}`, "kubernetes", { id: ID, podUid: UID }],
  [
    `/kubepods/besteffort/pod${OTHER.slice(0, 32)}/${ID}`,
    "kubernetes",
    { id: ID, podUid: OTHER.slice(0, 32) },
  ],
  [`/kubepods/pod${UID}`, "kubernetes", { podUid: UID }],
  [
    `/docker/${OTHER}/kubelet.slice/kubelet-kubepods.slice/kubelet-kubepods-pod${SLICED}.slice/cri-containerd-${ID}.scope`,
    "containerd",
    { id: ID, podUid: UID },
  ],
  [
    `/system.slice/containerd.service/kubepods-burstable-pod${SLICED}.slice:cri-containerd:${ID}`,
    "containerd",
    { id: ID, podUid: UID },
  ],
  ["/lxc/web", "lxc", { name: "web" }],
  ["/lxc.payload.web/system.slice/nginx.service", "lxc", { name: "web" }],
  ["/lxc.payload/web/init.scope", "lxc", { name: "web" }],
  ["/machine.slice/machine-db\\x2d1.scope", "unknown", { name: "db-1" }],
  ["/machine.slice/machine-qemu\\x2d3\\x2dbuild.scope/emulator", "unknown", { name: "build" }],
  ["/machine.slice/systemd-nspawn@web.service/payload/system.slice/a.service", "unknown", { name: "web" }],
  [`/custom/${ID}`, "unknown", { id: ID }],
] as const) {
  test(`${path} leads into a container of ${engine}`, () =>
    assert.deepEqual(markOf(path), { engine, id: null, name: null, podUid: null, ...also }));
}

for (const path of [
  "/",
  "",
  "/../..",
  "/system.slice/nginx.service",
  "/system.slice/docker.service",
  "/user.slice/user-1000.slice/session-3.scope",
  `/machine.slice/libpod-conmon-${ID}.scope`,
  `${PODS}/kubepods-pod${SLICED}.slice/crio-conmon-${ID}.scope`,
  "/lxc.monitor.web",
  "/machine.slice/systemd-nspawn@web.service/supervisor",
  `/docker/${ID.slice(1)}`,
  "/docker/buildkit",
]) {
  test(`${path} leads into none`, () => assert.equal(markOf(path), null));
}

test("any text is a path", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (path) => {
      markOf(path);
    }),
  );
});
