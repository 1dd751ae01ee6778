import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import type { Container } from "../model/facts.ts";
import { isNamed, serviceName } from "./service.ts";

const ID = "0a1b2c3d4e5f".repeat(6).slice(0, 64);
const X = { name: "x", command: ["/opt/x"] };
const USER = "/user.slice/user-1000.slice/user@1000.service";

const container = (also: Partial<Container>): Container => ({
  engine: "docker",
  name: null,
  pod: null,
  compose: null,
  ...also,
});

describe("the name of a service", () => {
  for (const [cgroup, name] of [
    ["/system.slice/nginx.service", "nginx.service"],
    ["/system.slice/nginx.service/workers/3", "nginx.service"],
    ["/../../system.slice/nginx.service", "nginx.service"],
    ["/system.slice/system-getty.slice/getty@tty1.service", "getty@tty1.service"],
    ["/system.slice/system-foo.slice/foo@a\\x2db.service", "foo@a-b.service"],
    ["/system.slice/system-foo.slice/foo@caf\\xc3\\xa9.service", "foo@café.service"],
    ["/system.slice/_cpu.service", "cpu.service"],
    ["/system.slice/system-sshd.slice/sshd@12-10.0.0.1:22-10.0.0.9:51234.service", "sshd@.service"],
    ["/system.slice/system-ssh.slice/ssh@3-812-1000.service", "ssh@.service"],
    ["/system.slice/dbus-:1.2-org.freedesktop.problems@0.service", "org.freedesktop.problems.service"],
    ["/system.slice/run-u12.service", "x"],
    ["/system.slice/run-r0123456789abcdef0123456789abcdef.service", "x"],
    [`${USER}/app.slice/mail.service`, "mail.service"],
    [`${USER}/app.slice/app-firefox@5f2c9a01d3e84b7f.service`, "app-firefox.service"],
    [`${USER}/app.slice/app-gnome-firefox-1234.scope`, "x"],
    [`${USER}/init.scope`, "x"],
    ["/user.slice/user-1000.slice/session-3.scope", "x"],
    ["/system.slice", "x"],
    ["/", "x"],
    [null, "x"],
    [`/system.slice/docker.service/docker/${ID}`, "x"],
    [`/system.slice/web.service/libpod-payload-${ID}`, "web.service"],
    [`/docker/${ID}/system.slice/nginx.service`, "nginx.service"],
  ] as const) {
    it(`is ${name} in ${cgroup}`, () => assert.equal(serviceName({ ...X, cgroup }), name));
  }

  for (const [what, cgroup, of, name] of [
    [
      "Kubernetes",
      `/kubepods.slice/cri-containerd-${ID}.scope`,
      container({ name: "api", pod: { namespace: "shop", workload: "orders" } }),
      "shop/orders/api",
    ],
    [
      "a pod whose container has no name",
      `/kubepods/burstable/pod1/${ID}`,
      container({ pod: { namespace: "shop", workload: "orders" } }),
      "shop/orders/x",
    ],
    [
      "a pod of which nothing is known",
      "/kubepods",
      container({ pod: { namespace: null, workload: null } }),
      "x",
    ],
    [
      "Compose",
      `/system.slice/docker-${ID}.scope`,
      container({ name: "shop-api-1", compose: { project: "shop", service: "api" } }),
      "shop/api",
    ],
    ["a container", `/docker/${ID}`, container({ name: "redis" }), "redis"],
    ["a container without a name", `/docker/${ID}`, container({}), "x"],
    [
      "systemd in a container",
      "/lxc.payload.web/system.slice/nginx.service",
      container({ name: "web" }),
      "web/nginx.service",
    ],
    [
      "a container that only another hierarchy of cgroup v1 knows",
      "/system.slice/containerd.service",
      container({ name: "redis" }),
      "redis",
    ],
    [
      "a container below the unit of its engine",
      `/system.slice/docker.service/docker/${ID}`,
      container({ name: "redis" }),
      "redis",
    ],
    [
      "a container of its own unit",
      `/system.slice/web.service/libpod-payload-${ID}`,
      container({ engine: "podman", name: "systemd-web" }),
      "web.service",
    ],
  ] as const) {
    it(`of ${what} is ${name}`, () => assert.equal(serviceName({ ...X, cgroup, container: of }), name));
  }

  it("is there for anything", () => {
    const text = fc.string({ unit: "binary" });
    fc.assert(
      fc.property(text, fc.array(text), fc.option(text), (name, command, cgroup) => {
        assert.notEqual(serviceName({ name, command, cgroup }), "");
      }),
    );
  });

  it("is meant by short forms of it", () => {
    const meant = (service: string, name: string) => isNamed(service, name);
    for (const [service, name] of [
      ["nginx.service", "nginx.service"],
      ["nginx.service", "nginx"],
      ["shop/orders/api", "orders"],
      ["shop/orders/api", "orders/api"],
      ["shop/orders/api", "shop/orders"],
      ["shop/api", "api"],
      ["web/nginx.service", "nginx"],
      ["web/nginx.service", "web"],
    ] as const)
      assert.ok(meant(service, name), `${name} for ${service}`);
    for (const [service, name] of [
      ["nginx.service", "ngin"],
      ["nginx.service", ""],
      ["shop/orders/api", "order"],
      ["shop/orders/api", "shop/api"],
      ["shop/orders/api", ""],
      ["gunicorn app:app", "gunicorn"],
    ] as const)
      assert.ok(!meant(service, name), `${name} for ${service}`);
  });
});
