import { faultOf } from "./ask.js";
import { startFuzzed } from "./fuzzed-server.js";
import { binaryFile, hostileFiles, longLine, mutatedLines } from "./hostile-files.js";
import { serveHostile } from "./load-hostile.js";
import { mutated, randomQuery } from "./queries.js";
import { Random } from "./random.js";

/** `npm run fuzz [-- <seconds> <seed>]`: the long form of the fuzz tests; prints its figures, exit code 1 on a find. */
const [seconds = 90, seed = Date.now() % 1e9] = process.argv.slice(2).map(Number);
const random = new Random(seed);
const found: string[] = [];
const note = (what: string, fault: string): void => {
  found.push(`${what}\n  ${fault}`);
  process.stdout.write(`FOUND ${what.slice(0, 2000)}\n  ${fault.slice(0, 2000)}\n`);
};
process.on("unhandledRejection", (error) => note("an unhandled rejection", String(error)));

const server = await startFuzzed();
/** Asked behind the front, too. */
const COMPARED = 0.25;
let asked = 0;
let compared = 0;
const end = Date.now() + seconds * 1000;
while (Date.now() < end) {
  const batch = Array.from({ length: 8 }, () => {
    const query = randomQuery(server.snapshot.schema, random);
    return {
      query: random.chance(0.5) ? query : mutated(query, random),
      method: random.chance(0.2) ? ("GET" as const) : ("POST" as const),
      compares: random.chance(COMPARED),
    };
  });
  // Now and then the same once more, which the front answers from its cache.
  const repeated = batch.filter(() => random.chance(0.1));
  for (const some of [batch, repeated]) {
    const faults = await Promise.all(some.map(({ query, ...how }) => faultOf(server, query, how)));
    for (const [index, fault] of faults.entries()) if (fault !== null) note(some[index]?.query ?? "", fault);
    asked += some.length;
    compared += some.filter(({ compares }) => compares).length;
  }
}
const cached = server.cached();
await server.stop();
process.stdout.write(
  `documents: ${asked} asked over HTTP, ${cached} answered from the cache, ${compared} compared with what is behind the front; seed ${seed}\n`,
);

const files: [string, (folder: string) => void | Promise<void>][] = [
  ...Object.entries(hostileFiles),
  ["random bytes", binaryFile(random)],
  ...Array.from({ length: 40 }, (_, index): [string, (folder: string) => void | Promise<void>] => [
    `mutated lines ${index}`,
    mutatedLines(random),
  ]),
  ["a line of 100 MB: a string", longLine("string")],
  ["a line of 100 MB: numbers", longLine("numbers")],
  ["a line of 100 MB: cut off", longLine("cut off")],
];
for (const [name, write] of files) {
  const outcome = await serveHostile(write).catch((error: unknown) => {
    note(name, error instanceof Error ? (error.stack ?? error.message) : String(error));
    return null;
  });
  if (outcome !== null) process.stdout.write(`${name}: ${outcome.split("\n")[0]}\n`);
}
process.stdout.write(`files: ${files.length} loaded; found: ${found.length}\n`);
process.exitCode = found.length > 0 ? 1 : 0;
