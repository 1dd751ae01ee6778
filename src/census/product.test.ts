import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { portOf, productOf } from "./product.ts";

describe("productOf", () => {
  it("names what a program serves, whatever its port", () => {
    const named: readonly (readonly [name: string, command: readonly string[], product: string | null])[] = [
      ["mariadbd", [], "MySQL"],
      ["postgres", [], "PostgreSQL"],
      ["redis-server", [], "Redis"],
      ["valkey-server", [], "Redis"],
      ["mongod", [], "MongoDB"],
      ["mongodump", [], null],
      ["beam.smp", ["/usr/lib/erlang/bin/beam.smp", "-pa", "/usr/lib/rabbitmq/lib/ebin"], "AMQP"],
      ["beam.smp", ["/usr/lib/erlang/bin/beam.smp", "-pa", "/opt/couchdb/lib"], null],
      ["java", ["java", "-Xmx1G", "kafka.Kafka", "server.properties"], "Kafka"],
      ["java", ["java", "-jar", "orders.jar"], null],
      ["gunicorn", [], "HTTP"],
      ["python3", ["python3", "/usr/bin/gunicorn", "app:app"], "HTTP"],
      ["python3", ["python3", "-m", "http.server"], "HTTP"],
      ["python3", ["python3", "worker.py"], null],
      ["node", ["node", "server.js"], null],
    ];
    for (const [name, command, product] of named)
      assert.equal(productOf(40_000, { name, command }), product, `${name} ${command.join(" ")}`);
  });

  it("goes by the port where no program tells", () => {
    const ports = [3306, 5432, 6379, 27_017, 5672, 9092, 80];
    assert.deepEqual(
      ports.map((port) => productOf(port, null)),
      ["MySQL", "PostgreSQL", "Redis", "MongoDB", "AMQP", "Kafka", "HTTP"],
    );
    assert.equal(productOf(5432, { name: "python3", command: ["proxy.py"] }), "PostgreSQL");
    assert.equal(productOf(40_000, null), null);
  });
});

describe("portOf", () => {
  it("is what follows the last colon", () => {
    assert.deepEqual(["10.0.0.1:80", "[::1]:443", "/run/x", "*:*"].map(portOf), [80, 443, null, null]);
  });
});
