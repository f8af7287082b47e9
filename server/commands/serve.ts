import { setTimeout as wait } from "node:timers/promises";
import { type Logger, pino } from "pino";
import type { Catalogue } from "../../schema/catalogue.js";
import type { ServerSettings } from "../config.js";
import { Turns } from "../duckdb/turns.js";
import { createApp } from "../http/app.js";
import { listen } from "../http/listen.js";
import type { Tracing } from "../http/observe/tracing.js";
import { starting } from "../http/starting.js";
import { type ServedData, servedData } from "./served-data.js";
import { counted, painter, type Terminal } from "./terminal.js";
import { visible } from "./visible.js";

/** Loaded only where it is wanted: it is more code than the rest of the server. */
const startTracing = async (): Promise<Tracing> =>
  (await import("../http/observe/tracing.js")).startTracing();

async function openLog({ logLevel, logFormat }: ServerSettings, { stderr }: Terminal): Promise<Logger> {
  const isText = logFormat === "auto" ? stderr.isTTY : logFormat === "text";
  return pino(
    { level: logLevel, base: null },
    isText ? (await import("./log-text.js")).logText(stderr) : pino.destination({ dest: 2, sync: true }),
  );
}

/** How long requests under way may take after the signal to stop. */
const DRAIN = 5000;

/** Serves the API and its playground until it is told to stop. */
export async function serve(settings: ServerSettings, terminal: Terminal): Promise<number> {
  const started = performance.now();
  const log = await openLog(settings, terminal);
  const { engine } = settings.service;
  // Whatever a request left unawaited, the others go on.
  process.on("unhandledRejection", (error) => log.error({ err: error }, "a failure that nobody awaited"));
  // Before the data: what watches over the process sees it live, and an address that is taken is told at once.
  const server = await listen(starting, { ...settings, timeout: settings.service.limits.timeout });
  let tracing: Tracing | null = null;
  let served: ServedData | null = null;
  try {
    if (settings.service.tracing) tracing = await startTracing();
    served = await servedData(settings, settings.watch, log, terminal, {
      ...engine,
      turns: new Turns(engine.connections),
    });
    const { snapshots } = served;
    server.serve(
      createApp(snapshots, {
        log,
        service: settings.service,
        isFollowing: settings.watch,
        plugins: tracing ? [tracing.plugin] : [],
      }),
    );
    const seconds = ((performance.now() - started) / 1000).toFixed(1);
    const ready = `ready in ${seconds} s${served.isFromCache ? ", from the cache" : ""}`;
    terminal.stdout.write(greeting(snapshots.current.catalogue, server.url, ready, terminal));
    served.onReady();
    for (const { name, rejectedCount, rejectedLines, warnings } of snapshots.current.catalogue.datasets) {
      if (rejectedCount > 0)
        log.warn({ dataset: name, rejectedCount, first: rejectedLines.slice(0, 10) }, "lines were refused");
      if (warnings.length > 0)
        log.warn({ dataset: name, notes: warnings }, "something is odd about the data");
    }
    await wait(2 ** 31 - 1, undefined, { signal: terminal.stop }).catch(() => undefined);
    log.info("stopping");
    return 0;
  } finally {
    await server.stop(DRAIN);
    await served?.close();
    await tracing?.close();
  }
}

function greeting(catalogue: Catalogue, url: string, ready: string, { stdout }: Terminal): string {
  const paint = painter(stdout);
  const width = Math.max(...catalogue.datasets.map(({ name }) => visible(name).length));
  const datasets = catalogue.datasets.map(({ name, runCount, pointCount, rejectedCount, synthetic }) => {
    const refused =
      rejectedCount > 0
        ? paint("yellow", `, ${counted(rejectedCount, "line")} refused (see sweepql check)`)
        : "";
    return `  ${visible(name).padEnd(width)}  ${counted(runCount, "run")}, ${counted(pointCount, "point")}${synthetic ? ", simulated" : ""}${refused}\n`;
  });
  return `${paint("bold", "sweepql")} serves ${counted(catalogue.datasets.length, "dataset")} at ${paint(["cyan", "underline"], url)} (${ready})\n${datasets.join("")}`;
}
