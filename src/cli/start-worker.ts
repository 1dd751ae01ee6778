import { getAsset, isSea } from "node:sea";
import { extname } from "node:path";
import { Worker, type WorkerOptions } from "node:worker_threads";

/**
 * Starts a file of this program as a worker thread: `startWorker(import.meta.url, "./desk-thread")`. Its ending is
 * that of the file that asks, since a package holds what was built of it; and in a single-file executable, where no
 * file is, the thread starts with what the main thread started with (scripts/packaging/boot.ts).
 */
export function startWorker(from: string, file: string, options: WorkerOptions = {}): Worker {
  const entry = new URL(file + extname(new URL(from).pathname), from);
  if (!isSea()) return new Worker(entry, options);
  return new Worker(`${getAsset("boot", "utf8")}\nboot(${JSON.stringify(entry.href)});`, {
    ...options,
    eval: true,
  });
}
