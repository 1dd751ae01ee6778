import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { readableCommand, serviceName } from "./service.ts";

describe("serviceName", () => {
  for (const [command, name] of [
    [["/usr/bin/python3", "/usr/bin/gunicorn", "--bind", "127.0.0.1:8000", "app:app"], "gunicorn app:app"],
    [["gunicorn", "-b", "localhost:8000", "shop.wsgi:application"], "gunicorn shop.wsgi:application"],
    [["java", "-Xmx1g", "-jar", "/srv/orders.jar", "--port=1"], "java -jar orders.jar"],
    [["/usr/lib/jvm/bin/java", "-cp", "a.jar:b.jar", "com.example.Main"], "java Main"],
    [["java", "/srv/J.java"], "java J.java"],
    [["node", "--enable-source-maps", "/srv/server.js"], "node server.js"],
    [["/usr/bin/python3", "-u", "worker.py", "--queue", "x"], "python3 worker.py"],
    [["python3", "-m", "http.server", "8000"], "python3 -m http.server"],
    [["python3", "-c", "import time; time.sleep(9)"], "python3"],
    [["nginx: master process /usr/sbin/nginx -g daemon off;"], "nginx"],
    [["postgres: shop shop 10.0.0.7(40112) idle"], "postgres"],
    [["/usr/sbin/mariadbd", "--user=mysql"], "mariadbd"],
    [["puma 5.6.4 (tcp://0.0.0.0:3000) [app]"], "puma"],
    [["sidekiq 6.5.0 app [3 of 5 busy]"], "sidekiq"],
    [["/opt/my program/bin/serve"], "serve"],
    [["-bash"], "bash"],
    [[], "kworker"],
  ] as const) {
    it(`calls ${JSON.stringify(command)} ${name}`, () =>
      assert.equal(readableCommand("kworker", command), name));
  }

  it("prefers the systemd unit, also inside a user session", () => {
    const process = { name: "x", command: ["/opt/x"] };
    assert.equal(serviceName({ ...process, cgroup: "/system.slice/nginx.service" }), "nginx.service");
    assert.equal(
      serviceName({
        ...process,
        cgroup: "/user.slice/user-1000.slice/user@1000.service/app.slice/mail.service",
      }),
      "mail.service",
    );
    assert.equal(
      serviceName({ ...process, cgroup: "/system.slice/system-foo.slice/foo@a\\x2db.service" }),
      "foo@a-b.service",
    );
    assert.equal(
      serviceName({ ...process, cgroup: "/user.slice/user-1000.slice/user@1000.service/init.scope" }),
      "x",
    );
    assert.equal(serviceName({ ...process, cgroup: "/" }), "x");
    assert.equal(serviceName({ ...process, cgroup: null }), "x");
  });

  it("has a name for any command", () => {
    const text = fc.string({ unit: "binary" });
    fc.assert(
      fc.property(text, fc.array(text), fc.option(text), (name, command, cgroup) => {
        assert.notEqual(serviceName({ name, command, cgroup }), "");
      }),
    );
  });
});
