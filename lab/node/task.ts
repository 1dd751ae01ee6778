// The work of one worker thread: done when the answer is sent, yet a timer keeps the thread for ever.
import { parentPort } from "node:worker_threads";

setInterval(() => {}, 3_600_000);
parentPort?.postMessage("done");
