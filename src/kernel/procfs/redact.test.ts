import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { LONGEST_ARGUMENT, redactArguments, REDACTED } from "./redact.ts";

const cases: readonly { readonly given: readonly string[]; readonly kept: readonly string[] }[] = [
  { given: ["app", "--password=hunter2"], kept: ["app", `--password=${REDACTED}`] },
  { given: ["app", "--password", "hunter2", "-v"], kept: ["app", "--password", REDACTED, "-v"] },
  { given: ["app", "--auth", "--password", "hunter2"], kept: ["app", "--auth", REDACTED, REDACTED] },
  { given: ["mysql", "-uroot", "-phunter2", "shop"], kept: ["mysql", "-uroot", `-p${REDACTED}`, "shop"] },
  {
    given: ["sudo", "/usr/bin/mysqldump", "-phunter2"],
    kept: ["sudo", "/usr/bin/mysqldump", `-p${REDACTED}`],
  },
  { given: ["ssh", "-p", "22", "host"], kept: ["ssh", "-p", "22", "host"] },
  { given: ["sshpass", "-p", "hunter2", "ssh", "host"], kept: ["sshpass", "-p", REDACTED, "ssh", "host"] },
  { given: ["redis-cli", "-a", "hunter2"], kept: ["redis-cli", "-a", REDACTED] },
  { given: ["curl", "-u", "bob:hunter2", "http://x/"], kept: ["curl", "-u", REDACTED, "http://x/"] },
  { given: ["curl", "-H", "Authorization: Bearer abc"], kept: ["curl", "-H", REDACTED] },
  { given: ["x", "Authorization: Bearer abc"], kept: ["x", `Authorization: ${REDACTED}`] },
  {
    given: ["java", "-Dfoo.password=x", "-jar", "a.jar"],
    kept: ["java", `-Dfoo.password=${REDACTED}`, "-jar", "a.jar"],
  },
  { given: ["env", "PGPASSWORD=x", "psql"], kept: ["env", `PGPASSWORD=${REDACTED}`, "psql"] },
  {
    given: ["app", "postgres://bob:p@ss@db:5432/shop"],
    kept: ["app", `postgres://${REDACTED}@db:5432/shop`],
  },
  {
    given: ["app", "jdbc:mysql://db/shop?user=bob&password=x&ssl=1"],
    kept: ["app", `jdbc:mysql://db/shop?user=bob&password=${REDACTED}`],
  },
  { given: ["sh", "-c", "mysql -u root -phunter2 shop"], kept: ["sh", "-c", `mysql -u root -p${REDACTED}`] },
  { given: ["app", "AKIAIOSFODNN7EXAMPLE"], kept: ["app", REDACTED] },
  { given: ["app", '{"password": "x"}'], kept: ["app", `{"password": ${REDACTED}`] },
  { given: ["sqlplus", "scott/tiger@db"], kept: ["sqlplus", REDACTED] },
];

for (const { given, kept } of cases) {
  test(`redacts ${given.join(" ")}`, () => assert.deepEqual(redactArguments(given), kept));
}

test("leaves what names a service", () => {
  for (const words of [
    ["/usr/bin/python3", "/srv/shop/app.py", "--port", "8080", "--workers=4"],
    ["gunicorn: worker [shop.wsgi:application]"],
    ["nginx: master process /usr/sbin/nginx -g daemon off;"],
    ["/usr/sbin/mariadbd", "--basedir=/usr", "--datadir=/var/lib/mysql", "--port=3306"],
    ["postgres: 16/main: walwriter"],
    ["java", "-Xmx1g", "-cp", "/opt/kafka/libs/*:/etc/kafka", "kafka.Kafka", "config/server.properties"],
    ["node", "https://example.org/path?page=2"],
    ["/usr/bin/containerd-shim-runc-v2", "-namespace", "moby", "-id", "3".repeat(64)],
  ]) {
    assert.deepEqual(redactArguments(words), words);
  }
});

/** What nobody can mistake for a part of the text around it. */
const secrets = fc
  .string({
    unit: fc.constantFrom(...'abcXYZ0189!#$%^&*()_+-/@:;=?,.<>[]{}|~"\\'),
    minLength: 4,
    maxLength: 60,
  })
  .map((text) => `zQ${text}7`);
const named = fc.constantFrom(
  "password",
  "passwd",
  "db-password",
  "token",
  "auth_token",
  "client-secret",
  "api-key",
  "apiKey",
  "access_key",
  "private-key",
  "AWS_SECRET_ACCESS_KEY",
  "PGPASSWORD",
  "MYSQL_PWD",
  "STRIPE_KEY",
  "session-cookie",
  "jwt",
  "credentials",
);

const contexts: readonly ((name: string, secret: string) => string[])[] = [
  (name, secret) => [`--${name}=${secret}`],
  (name, secret) => [`--${name}`, secret],
  (name, secret) => [`-${name}`, secret],
  (name, secret) => [`-D${name}=${secret}`],
  (name, secret) => [`-Dmy.app.${name}=${secret}`],
  (name, secret) => ["env", `${name}=${secret}`, "app"],
  (name, secret) => [`${name}: ${secret}`],
  (name, secret) => ["-H", `X-${name}: ${secret}`],
  (name, secret) => [`{"user": "bob", "${name}": "${secret}"}`],
  (name, secret) => [`jdbc:x://host/db?user=bob&${name}=${secret}`],
  (name, secret) => [`Server=db;User=bob;${name}=${secret};Encrypt=true`],
  (name, secret) => ["sh", "-c", `exec app --${name} ${secret} --port 80`],
  (name, secret) => ["sh", "-c", `${name}='${secret}' app`],
  (_, secret) => ["sudo", "-E", "mysql", `-p${secret}`],
  (_, secret) => ["sh", "-c", `mysqldump -u root -p${secret} shop`],
  (_, secret) => ["sshpass", "-p", secret],
  (_, secret) => ["sshpass", `-p${secret}`],
  (_, secret) => ["curl", "-u", `bob:${secret}`],
  (_, secret) => ["redis-cli", "-a", secret],
  (_, secret) => [`Authorization: Bearer ${secret}`],
  (_, secret) => ["-H", `authorization: basic ${secret}`],
  (_, secret) => ["bearer", secret],
];

test("no secret survives where a name, a program or a header announces it", () => {
  fc.assert(
    fc.property(fc.constantFrom(...contexts), named, secrets, (context, name, secret) => {
      const text = redactArguments(context(name, secret)).join("\0");
      assert.ok(!text.includes(secret), text);
      assert.ok(!text.includes(secret.slice(0, 6)), text);
    }),
    { numRuns: 5000 },
  );
});

test("no login survives in an address, whatever its password holds", () => {
  fc.assert(
    fc.property(
      fc.constantFrom("http", "amqp", "postgresql+psycopg2", "redis", "git+ssh"),
      secrets,
      fc.nat(9000),
      (scheme, secret, padding) => {
        const [text] = redactArguments([`${scheme}://bob:${secret}@host/${"x".repeat(padding)}`]);
        assert.ok(text !== undefined && !text.includes(secret), text);
      },
    ),
  );
});

test("a login is found whose end is behind the cut", () => {
  const [text] = redactArguments([`amqp://bob:${"s3cret".repeat(2000)}@host`]);
  assert.equal(text, `amqp://${REDACTED}@host`);
});

test("any words: as many come back, none longer than it may be, in short time", () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: "binary", maxLength: 300 })), (words) => {
      const kept = redactArguments(words);
      assert.equal(kept.length, words.length);
      for (const word of kept) assert.ok(word.length <= LONGEST_ARGUMENT + 2 * REDACTED.length);
    }),
  );
  // Of this program's own time: how long others kept the processor is no matter of the words.
  const from = process.cpuUsage();
  for (const piece of [
    "=",
    "pass",
    "-pass",
    "a://",
    "eyJ",
    "sk-",
    "://@",
    " -p ",
    "key",
    "A1b2",
    '"',
    "\t",
  ]) {
    redactArguments([piece.repeat(120_000 / piece.length)]);
  }
  const { user, system } = process.cpuUsage(from);
  assert.ok(user + system < 3e6, `${(user + system) / 1000} ms`);
});
