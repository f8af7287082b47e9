import { readArguments, type Usage } from "./arguments.js";
import { comparison, differences, requireSameRuns } from "./comparison.js";
import { describeMachine } from "./machine.js";
import { aimsReport, machineLine, table } from "./report.js";
import { readEarlier, type Result, toResult, writeResults } from "./results.js";
import { World } from "./world.js";

const METHOD = `Milliseconds, where a row does not say otherwise. The service runs in a process of its own, asked over one loopback connection; floors run in this
process, in turn with it, on tables of their own. Both answer the same values, which is checked before.
over: median less the floor's; quiet: the same of the tenth percentiles. noise: quartile range as a share of the median, ours and the floor's.
Where several clients ask at once (and in \`bare\` also where one does), a process of its own asks, which reads of the answers only where they end.
The time of several clients is that of a round over its answers: the inverse of the throughput, which stands under /s.
`;

/** Measures what the command line asks for, and prints it. */
export async function measure(words: readonly string[], usage: Usage): Promise<void> {
  const wanted = readArguments(words, usage);
  if (!wanted) return;
  const runs = 2 * wanted.runs;
  const machine = describeMachine();
  const earlier = wanted.compare === null ? null : await readEarlier(wanted.compare);
  if (earlier) {
    requireSameRuns(runs, earlier);
    process.stderr.write(differences(machine, earlier));
  }
  const started = performance.now();
  process.stdout.write(`${machineLine(machine)}; ${runs.toLocaleString("en-US")} runs\n${METHOD}`);
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
  process.stdout.write(`\n${table(rows)}\n\nAims:\n${aimsReport(rows)}\n\n${seconds.toFixed(0)} s in all\n`);
  if (earlier) {
    const unwanted = usage.cases.filter((one) => !wanted.cases.includes(one)).map(({ name }) => name);
    process.stdout.write(`\n${comparison(rows, machine, earlier, unwanted)}\n`);
  }
  if (wanted.json !== null) await writeResults(wanted.json, { machine, runs, seconds, rows });
}
