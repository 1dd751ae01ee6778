// Keeps learned baselines in the folder it is given, again and again, and prints the number of each that is kept. Before
// the first it prints whether it is the one to write.
import type { ServiceBaseline } from "../../src/model/baselines.ts";
import { BaselineFile } from "../../src/store/baselines.ts";

const SERVICES = 40;

const [folder = "", start = "1"] = process.argv.slice(2);
const file = new BaselineFile(folder, "descry test");
await file.open(Number(start));
for (let round = Number(start); ; round++) {
  const services = Array.from({ length: SERVICES }, (_, at): ServiceBaseline => ({
    service: `service ${at}`,
    program: "x".repeat(1000),
    learnedFrom: 0,
    learnedUntil: round,
    classes: [],
    pools: [],
    shape: null,
  }));
  const notices = await file.save({ services }, round);
  process.stdout.write(`${round} ${notices.map(({ what }) => what).join()}\n`);
}
