import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { readableCommand } from "./readable-command.ts";

describe("readableCommand", () => {
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
    [["/usr/bin/redis-server 127.0.0.1:6379"], "redis-server"],
    [["redis-server unixsocket:/run/redis.sock"], "redis-server"],
    [["-bash"], "bash"],
    [["uvicorn", "--host", "0.0.0.0", "shop.main:app", "--workers", "4"], "uvicorn shop.main:app"],
    [["/usr/bin/python3", "-m", "uvicorn", "shop.main:app"], "uvicorn shop.main:app"],
    [["gunicorn: worker [app:app]"], "gunicorn app:app"],
    [["/venv/bin/python", "/venv/bin/celery", "-A", "shop", "worker", "-l", "info"], "celery worker shop"],
    [["celery", "--app=shop.tasks", "beat"], "celery beat shop.tasks"],
    [["[celeryd: celery@web-1:MainProcess] -active- (worker)"], "celery"],
    [["php-fpm: pool www"], "php-fpm pool www"],
    [["php-fpm8.2: master process (/etc/php/8.2/fpm/php-fpm.conf)"], "php-fpm8.2"],
    [["php", "/srv/shop/artisan", "queue:work", "--tries=3"], "artisan queue:work"],
    [["nginx: worker process is shutting down"], "nginx"],
    [["/usr/bin/dotnet", "/app/Orders.dll", "--urls", "http://*:80"], "dotnet Orders.dll"],
    [["dotnet", "run", "--project", "src/Orders"], "dotnet run Orders"],
    [["puma: cluster worker 0: 17 [20260102030405]"], "puma"],
    [["/usr/bin/ruby", "/usr/local/bin/sidekiq", "-e", "production"], "sidekiq"],
    [["/usr/lib/erlang/erts-13/bin/beam.smp", "-W", "w", "--", "-sname", "rabbit@web-1"], "beam.smp rabbit"],
    [["beam.smp", "--", "-root", "/x"], "beam.smp"],
    [["npm start"], "npm start"],
    [["npm run dev --port 3000"], "npm run dev"],
    [["node", "/usr/bin/npm", "--prefix", "/srv/shop", "start"], "npm start"],
    [["node", "/usr/lib/node_modules/npm/bin/npm-cli.js", "run", "serve"], "npm run serve"],
    [["/usr/bin/deno", "run", "--allow-net", "/srv/main.ts"], "deno run main.ts"],
    [["bun", "/srv/server.ts"], "bun server.ts"],
    [["java", "-Xmx1g", "-jar", "/srv/orders-1.4.2-SNAPSHOT.jar"], "java -jar orders.jar"],
    [["java", "-jar", "/srv/orders-2024.10.1+4c1f0ab.jar"], "java -jar orders.jar"],
    [["java", "-cp", "a.jar", "com.example.Main", "-jar", "x.jar", "-m", "y"], "java Main"],
    [["java", "-p", "mods", "-m", "shop.orders/com.example.Orders"], "java Orders"],
    [[], "kworker"],
  ] as const) {
    it(`calls ${JSON.stringify(command)} ${name}`, () =>
      assert.equal(readableCommand("kworker", command), name));
  }

  it("is the same for every title of a program at work", () => {
    const titles = ["postgres: shop shop 10.0.0.7(40112) idle", "postgres: shop shop 10.0.0.8(1) SELECT"];
    assert.equal(new Set(titles.map((title) => readableCommand("postgres", [title]))).size, 1);
  });

  it("has a short name for any command", () => {
    const text = fc.string({ unit: "binary" });
    fc.assert(
      fc.property(text, fc.array(text), (name, command) => {
        const readable = readableCommand(name, command);
        assert.notEqual(readable, "");
        assert.ok(command.length === 0 || command[0] === "" || readable.length <= Math.max(80, name.length));
      }),
    );
  });
});
