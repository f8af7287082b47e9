import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { Random } from "../fuzz/random.js";
import { judge, type Named } from "./check.js";
import { exchange } from "./client.js";
import { client, rush, type Soak } from "./clients.js";
import { Files } from "./files.js";
import { Outcomes } from "./outcomes.js";
import { Server } from "./server.js";
import { subscriber } from "./subscriber.js";

/**
 * `npm run soak [-- <seconds> <seed>]`: exit code 1 where an answer is wrong or lost, memory grows, or
 * an outcome that belongs to such a life was never reached.
 */
const [seconds = 90, seed = Date.now() % 1e9] = process.argv.slice(2).map(Number);
const CLIENTS = 20;
const SUBSCRIBERS = 4;
/** Fewer than clients, so that some wait and some are turned away. */
const LIMITS = [
  "--max-requests",
  "3",
  "--max-queue",
  "6",
  "--max-exports",
  "2",
  "--answer-cache",
  "16000000",
];
const SHORT = [...LIMITS, "--timeout", "1"];
const LONG = [...LIMITS, "--timeout", "30"];
/** What a run that shows anything has met at least once. */
const WANTED = [
  ...["page", "aggregate", "bins", "bands", "analysis", "series", "points", "streamed", "export"],
  ...["GRAPHQL_VALIDATION_FAILED", "LIMIT_EXCEEDED", "BAD_USER_INPUT", "TIMEOUT", "OVERLOADED"],
  ...["left", "stopped reading", "interrupted", "copy removed"],
  ...["event", "subscriber left", "subscription SERVER_STOPPING"],
];

const random = new Random(seed);
const folder = mkdtempSync(join(tmpdir(), "sweepql-soak-"));
const temporary = mkdtempSync(join(tmpdir(), "sweepql-soak-tmp-"));
// Without a goal, nothing of a metric is best.
writeFileSync(join(folder, "sweepql.json"), JSON.stringify({ metrics: { loss: { goal: "minimize" } } }));
const files = new Files(folder, random, ["a", "b", "c"]);
const server = new Server(folder, temporary);
const memory: { start: number; mb: number }[] = [];

await server.start(SHORT);
const soak: Soak = {
  server,
  random,
  outcomes: new Outcomes(),
  answers: [],
  lost: [],
  latencies: [],
  end: Date.now() + seconds * 1000,
};
const { end, outcomes, answers, lost, latencies } = soak;

async function changeFiles(): Promise<void> {
  while (Date.now() < end) {
    await wait(300 + random.below(1500));
    files.change();
  }
}

async function sampleMemory(): Promise<void> {
  while (Date.now() < end) {
    if (server.isUp) memory.push({ start: server.starts, mb: server.memory() });
    await wait(500);
  }
}

/** Removes the server's copies of the files, as what tidies temporary folders does. */
async function removeCopies(): Promise<void> {
  while (Date.now() < end) {
    await wait(1000 + random.below(4000));
    // What a start has just written, nobody tidies away.
    if (!server.isUp) continue;
    const copies = readdirSync(temporary, { recursive: true, encoding: "utf8" });
    for (const name of copies.filter((one) => /-\d+\.jsonl$/.test(one) && random.chance(0.5))) {
      rmSync(join(temporary, name), { force: true });
      outcomes.note("copy removed");
    }
  }
}

interface Served {
  readonly data: {
    readonly datasets: readonly Named[];
    readonly servingFaults: readonly { readonly dataset: string | null }[];
  };
}

/** What of the files' last changes is not served within half a minute. */
async function missed(): Promise<string[]> {
  const query = "{ datasets { name version } servingFaults { dataset } }";
  for (const deadline = Date.now() + 30_000; ; await wait(500)) {
    const { text } = await exchange(server.url, { query }, { leavesAfter: null, stopsFor: null });
    const { datasets, servingFaults } = (JSON.parse(text) as Served).data;
    const found = files.unserved(datasets, new Set(servingFaults.map(({ dataset }) => dataset)));
    if (found.length === 0 || Date.now() > deadline) return found;
  }
}

const exitCodes: (number | null)[] = [];
async function stopAndKill(): Promise<void> {
  for (const signal of ["SIGTERM", "SIGKILL"] as const) {
    await wait((seconds * 1000) / 6);
    exitCodes.push(await server.stop(signal));
    await server.start(LONG);
  }
}

await Promise.all([
  ...Array.from({ length: CLIENTS }, () => client(soak)),
  ...Array.from({ length: SUBSCRIBERS }, () => subscriber(soak, files)),
  rush(soak),
  changeFiles(),
  removeCopies(),
  sampleMemory(),
  stopAndKill(),
]);
await wait(500);
lost.push(...(await missed()));
exitCodes.push(await server.stop("SIGTERM"));

const { wrong, checked, unchecked } = judge(answers, files);
const versions = new Set(answers.map(({ dataVersion }) => dataVersion)).size;
const sorted = latencies.sort((a, b) => a - b);
const at = (share: number): string =>
  `${Math.round(sorted[Math.floor(share * (sorted.length - 1))] ?? 0)} ms`;
// The last process served longest; its first third warms up.
const own = memory.filter(({ start }) => start === server.starts).map(({ mb }) => mb);
const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[values.length >> 1] ?? 0;
const third = Math.floor(own.length / 3);
const [middle, last] = [median(own.slice(third, 2 * third)), median(own.slice(2 * third))];
const isFlat = last <= middle * 1.25 + 50;
const left = readdirSync(temporary).filter((name) => name.startsWith("sweepql-"));
const missing = outcomes.missing(WANTED);
const changes = [...files.done].map(([name, count]) => `${name} ${count}`).join(", ");

process.stdout.write(
  [
    `seed ${seed}, ${seconds} s, ${CLIENTS} clients, ${SUBSCRIBERS} subscribers`,
    `answers     ${checked} checked of ${versions} data versions; ${wrong.length} wrong, ${lost.length} lost; ${unchecked} exports of versions that no other answer named`,
    `outcomes    ${outcomes}`,
    `files       ${changes}`,
    `latency     median ${at(0.5)}, 99 % ${at(0.99)}, most ${at(1)}`,
    `memory      ${Math.round(middle)} MB, then ${Math.round(last)} MB: ${isFlat ? "flat" : "it grows"}; at most ${Math.round(Math.max(...own))} MB`,
    `exit codes  ${exitCodes.join(", ")}; ${left.length} folders left behind`,
    ...(missing.length > 0 ? [`never reached: ${missing.join(", ")}`] : []),
    ...[...wrong, ...lost].slice(0, 10),
    "",
  ].join("\n"),
);
rmSync(folder, { recursive: true, force: true });
rmSync(temporary, { recursive: true, force: true });
const failures = wrong.length + lost.length + left.length + missing.length;
process.exitCode = failures > 0 || !isFlat ? 1 : 0;
