import { setTimeout as wait } from "node:timers/promises";
import { pino } from "pino";
import type { Catalogue } from "../../schema/catalogue.js";
import type { ServerSettings } from "../config.js";
import { createApp } from "../http/app.js";
import { listen } from "../http/listen.js";
import { loadData } from "./load-data.js";
import { counted, painter, type Terminal } from "./terminal.js";

/** How long requests under way may take after the signal to stop. */
const DRAIN = 5000;

/** Serves the API and its playground until it is told to stop. */
export async function serve(settings: ServerSettings, terminal: Terminal): Promise<number> {
  const started = performance.now();
  const log = pino({ level: settings.logLevel, base: null }, pino.destination({ dest: 2, sync: true }));
  const snapshot = await loadData(settings.data, terminal);
  try {
    const app = createApp(snapshot, { log });
    const server = await listen(app, settings);
    const seconds = ((performance.now() - started) / 1000).toFixed(1);
    terminal.stdout.write(greeting(snapshot.catalogue, server.url, seconds, terminal));
    for (const { name, rejectedCount, rejectedLines } of snapshot.catalogue.datasets) {
      if (rejectedCount > 0)
        log.warn({ dataset: name, rejectedCount, first: rejectedLines.slice(0, 10) }, "lines were refused");
    }
    await wait(2 ** 31 - 1, undefined, { signal: terminal.stop }).catch(() => undefined);
    log.info("stopping");
    await server.stop(DRAIN);
    return 0;
  } finally {
    await snapshot.close();
  }
}

function greeting(catalogue: Catalogue, url: string, seconds: string, { stdout }: Terminal): string {
  const paint = painter(stdout);
  const width = Math.max(...catalogue.datasets.map(({ name }) => name.length));
  const datasets = catalogue.datasets.map(({ name, runCount, pointCount, rejectedCount, synthetic }) => {
    const refused =
      rejectedCount > 0
        ? paint("yellow", `, ${counted(rejectedCount, "line")} refused (see sweepql check)`)
        : "";
    return `  ${name.padEnd(width)}  ${counted(runCount, "run")}, ${counted(pointCount, "point")}${synthetic ? ", simulated" : ""}${refused}\n`;
  });
  return `${paint("bold", "sweepql")} serves ${counted(catalogue.datasets.length, "dataset")} at ${paint(["cyan", "underline"], url)} (ready in ${seconds} s)\n${datasets.join("")}`;
}
