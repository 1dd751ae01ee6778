// The Java service for tests and for the runner.
import { join } from "node:path";
import { startReporting, type Counts, type FirstLine, type Reporting } from "../reporting.ts";

/** leak: a new HttpClient for each request, held for ever. shared: its healthy twin. dropped: a new one each, closed by the collector. */
export const JAVA_MANNERS = ["leak", "shared", "dropped"] as const;

export const JAVA_PACKAGES = ["openjdk-17-jdk-headless"];

export interface JavaServiceOptions {
  readonly manner: (typeof JAVA_MANNERS)[number];
  /** Requests a minute. */
  readonly rate?: number;
}

export interface JavaCounts extends Counts {
  readonly requests: number;
  /** Requests that found no descriptor left. */
  readonly failed: number;
}

// A small heap and quick compiling: it starts in a second, and collects as often as a busy service with a large one.
const JVM = ["-Xmx64m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-XX:-UsePerfData"];

export function startJavaService(options: JavaServiceOptions): Promise<Reporting<FirstLine, JavaCounts>> {
  const source = join(import.meta.dirname, "HttpClients.java");
  const peer = join(import.meta.dirname, "../mkleak-peer.py");
  return startReporting({
    name: `java ${options.manner}`,
    command: ["java", ...JVM, source, options.manner, String(options.rate ?? 60), peer],
    asked: "line",
  });
}
