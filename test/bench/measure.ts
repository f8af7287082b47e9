import { readArguments, type Usage } from "./arguments.js";
import { describeMachine } from "./machine.js";
import { comparison, machineLine, table } from "./report.js";
import { readEarlier, type Result, toResult, writeResults } from "./results.js";
import { World } from "./world.js";

const METHOD = `Milliseconds, where a row does not say otherwise. The service runs in a process of its own, asked over one loopback connection; floors run in this
process, in turn with it, on tables of their own. Both answer the same values, which is checked before.
over: median less the floor's; quiet: the same of the tenth percentiles. noise: quartile range as a share of the median, ours and the floor's.
Where several clients ask at once, the time is that of a round over its requests: the inverse of the throughput.
`;

/** Measures what the command line asks for, and prints it. */
export async function measure(words: readonly string[], usage: Usage): Promise<void> {
  const wanted = readArguments(words, usage);
  if (!wanted) return;
  const earlier = wanted.compare === null ? null : await readEarlier(wanted.compare);
  const machine = describeMachine();
  const started = performance.now();
  process.stdout.write(`${machineLine(machine)}\n${METHOD}`);
  const world = await World.make(wanted);
  const rows: Result[] = [];
  try {
    for (const one of wanted.cases) {
      process.stderr.write(`… ${one.name}\n`);
      rows.push(...(await one.measure(world)).map((row) => toResult(one.name, row)));
    }
  } finally {
    await world.close();
  }
  const seconds = (performance.now() - started) / 1000;
  process.stdout.write(`\n${table(rows)}\n\n${seconds.toFixed(0)} s in all\n`);
  if (earlier)
    process.stdout.write(
      `\nChange of the ratio (of the median, without a floor):\n${comparison(rows, earlier)}\n`,
    );
  if (wanted.json !== null)
    await writeResults(wanted.json, { machine, runs: 2 * wanted.runs, seconds, rows });
}
