const BY_PORT: Readonly<Record<number, string>> = {
  53: "DNS",
  80: "HTTP",
  443: "HTTPS",
  389: "LDAP",
  636: "LDAP",
  1433: "SQL Server",
  1521: "Oracle",
  2181: "ZooKeeper",
  2379: "etcd",
  3306: "MySQL",
  4222: "NATS",
  5432: "PostgreSQL",
  5671: "AMQP",
  5672: "AMQP",
  6379: "Redis",
  6432: "PgBouncer",
  8500: "Consul",
  9042: "Cassandra",
  9092: "Kafka",
  9200: "Elasticsearch",
  11211: "Memcached",
  27017: "MongoDB",
};

/** Programs that speak one protocol, by their name (/proc/PID/comm). */
const BY_PROGRAM: readonly (readonly [RegExp, string])[] = [
  [/^(mariadbd|mysqld)/, "MySQL"],
  [/^postgres/, "PostgreSQL"],
  [/^pgbouncer/, "PgBouncer"],
  [/^(redis-server|valkey-server|keydb-server)/, "Redis"],
  [/^mongo[ds]$/, "MongoDB"],
  [/^memcached/, "Memcached"],
  [/^rabbitmq/, "AMQP"],
  [
    /^(nginx|apache2|httpd|lighttpd|haproxy|caddy|envoy|traefik|gunicorn|uvicorn|hypercorn|puma|unicorn)/,
    "HTTP",
  ],
];

/** Runtimes run anything: what they run here stands in their command line. */
const BY_COMMAND: readonly (readonly [program: RegExp, argument: RegExp, product: string])[] = [
  [/^beam\.smp/, /(^|[/ ])rabbit(mq)?\b/, "AMQP"],
  [/^java/, /^kafka\.Kafka$/, "Kafka"],
  [/^java/, /^org\.apache\.zookeeper\./, "ZooKeeper"],
  [/^java/, /^org\.elasticsearch\.|^org\.opensearch\./, "Elasticsearch"],
  [/^java/, /^org\.apache\.cassandra\./, "Cassandra"],
  [/^python/, /(^|\/)(gunicorn|uvicorn|hypercorn)$|^http\.server$/, "HTTP"],
];

/** The program that listens: /proc/PID/comm and /proc/PID/cmdline. */
export interface ListeningProgram {
  readonly name: string;
  readonly command: readonly string[];
}

/**
 * The likely product behind a peer: by the program that listens there when it runs on this host, which is sure,
 * else by the registered port, which is likely. Null when neither tells: a runtime may serve anything.
 */
export function productOf(port: number, listening: ListeningProgram | null): string | null {
  return (listening === null ? null : productOfProgram(listening)) ?? BY_PORT[port] ?? null;
}

function productOfProgram({ name, command }: ListeningProgram): string | null {
  const known = BY_PROGRAM.find(([program]) => program.test(name));
  if (known !== undefined) return known[1];
  const run = BY_COMMAND.find(
    ([program, argument]) => program.test(name) && command.some((one) => argument.test(one)),
  );
  return run?.[2] ?? null;
}

/** 3306 of "127.0.0.1:3306" and of "[::1]:3306"; null when there is none. */
export function portOf(address: string): number | null {
  const port = Number(address.slice(address.lastIndexOf(":") + 1));
  return address.includes(":") && Number.isInteger(port) ? port : null;
}
