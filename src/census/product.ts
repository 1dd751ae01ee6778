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

const BY_PROGRAM: readonly (readonly [RegExp, string])[] = [
  [/^(mariadbd|mysqld)/, "MySQL"],
  [/^postgres/, "PostgreSQL"],
  [/^pgbouncer/, "PgBouncer"],
  [/^(redis-server|valkey-server)/, "Redis"],
  [/^mongod/, "MongoDB"],
  [/^memcached/, "Memcached"],
  [/^(beam\.smp|rabbitmq)/, "AMQP"],
  [/^(nginx|apache2|httpd|haproxy|caddy|envoy)/, "HTTP"],
];

/**
 * The likely product behind a peer: by the program that listens there when it runs on this host, which is sure,
 * else by the registered port, which is likely. Null when neither tells.
 */
export function productOf(port: number, listeningProgram: string | null): string | null {
  const known = BY_PROGRAM.find(([program]) => listeningProgram !== null && program.test(listeningProgram));
  return known?.[1] ?? BY_PORT[port] ?? null;
}

/** 3306 of "127.0.0.1:3306" and of "[::1]:3306"; null when there is none. */
export function portOf(address: string): number | null {
  const port = Number(address.slice(address.lastIndexOf(":") + 1));
  return address.includes(":") && Number.isInteger(port) ? port : null;
}
