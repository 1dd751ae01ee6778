// The Java service on MariaDB, for tests and for the runner.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { DATABASE_PACKAGE, startDatabase } from "../database/start.ts";
import { asProgram, startServed, type Served, type ServedOptions } from "../served.ts";

/** leak: a connection is not given back where the statement fails. healthy: as many fail, and it is given back in `finally`. */
export const JAVA_JDBC_MANNERS = ["leak", "healthy"] as const;

export const JAVA_JDBC_PACKAGES = ["openjdk-17-jdk-headless", "libmariadb-java", DATABASE_PACKAGE];

const DRIVER = "/usr/share/java/mariadb-java-client.jar";
// A small heap and quick compiling: it starts in a second, and collects as often as a busy service with a large one.
const JVM = ["-Xmx64m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-XX:-UsePerfData", "-cp", DRIVER];

export function startJavaJdbc({
  manner,
  rate = 60,
}: ServedOptions<(typeof JAVA_JDBC_MANNERS)[number]>): Promise<Served> {
  if (!existsSync(DRIVER))
    throw new Error(`${DRIVER} is missing: apt-get install ${JAVA_JDBC_PACKAGES.join(" ")}`);
  return startServed("java-jdbc", async (folder, children) => {
    const database = await startDatabase(folder, children);
    const program = await asProgram(join(import.meta.dirname, "Orders.java"), folder, `java-jdbc-${manner}`);
    return ["java", ...JVM, program, manner, String(rate), database];
  });
}
