import type { Client } from "../client.js";
import type { Case } from "../row.js";
import { summarise, timed } from "../times.js";
import { newConfidence } from "./analyses.js";
import { DATASET } from "./asked.js";

const SMALL = `query Small($line: Int!) { run(dataset: "${DATASET}", line: $line) { line diverged } }`;
const BAND = `query Band($confidence: Float!) {
  planBand(runs: 4096, band: { confidence: $confidence }) { criticalValue }
}`;
const ROUNDS = 5;

export const latency: Case = {
  name: "latency",
  about:
    "A small query over HTTP while another client's cold band (n = 4,096) is computed; floor: the same query of the idle service.",
  async measure(world) {
    const [small, heavy] = [await world.client(), await world.client()];
    await small.data(SMALL, { line: 1 });
    for (let line = 1; line <= 300; line += 1) await small.ask(SMALL, { line });
    await heavy.data(BAND, { confidence: newConfidence() });
    const [idle, busy]: [number[], number[]] = [[], []];
    for (let round = 0; round < ROUNDS; round += 1) {
      const asked = { isPending: true };
      const band = heavy.data(BAND, { confidence: newConfidence() }).finally(() => (asked.isPending = false));
      const before = busy.length;
      await repeat(small, busy, () => asked.isPending);
      await band;
      const count = busy.length - before;
      const end = idle.length + count;
      await repeat(small, idle, () => idle.length < end);
    }
    return [
      {
        name: "small query during a cold band",
        ours: summarise(busy),
        floor: summarise(idle),
        aim: null,
      },
    ];
  },
};

async function repeat(client: Client, into: number[], goesOn: () => boolean): Promise<void> {
  while (goesOn()) {
    into.push(await timed(() => client.ask(SMALL, { line: 1 + ((into.length * 389) % 1024) })));
  }
}
