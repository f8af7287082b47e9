import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { Random } from "../fuzz/random.js";
import { wrongAnswers } from "./check.js";
import { Files } from "./files.js";
import { type Answered, PAGE, type PageData, randomOrder, randomWhere } from "./requests.js";
import { Server } from "./server.js";

/** `npm run soak [-- <seconds> <seed>]`: exit code 1 where an answer is wrong or lost, or memory grows. */
const [seconds = 120, seed = Date.now() % 1e9] = process.argv.slice(2).map(Number);
const CLIENTS = 16;
const random = new Random(seed);
const folder = mkdtempSync(join(tmpdir(), "sweepql-soak-"));
const temporary = mkdtempSync(join(tmpdir(), "sweepql-soak-tmp-"));
// Without a goal, nothing of a metric is best.
writeFileSync(join(folder, "sweepql.json"), JSON.stringify({ metrics: { loss: { goal: "minimize" } } }));
const files = new Files(folder, random, ["a", "b", "c"]);
const server = new Server(folder, temporary);
const answers: Answered[] = [];
const lost: string[] = [];
const refusals = new Map<string, number>();
const latencies: number[] = [];
const memory: { start: number; mb: number }[] = [];
let gone = 0;
let interrupted = 0;
let walks = 0;
const end = Date.now() + seconds * 1000;

interface Body {
  readonly data?: PageData | null;
  readonly errors?: readonly { readonly message: string; readonly extensions?: { readonly code?: string } }[];
  readonly extensions?: { readonly dataVersion: string };
}

/** Asks one page; null where there is no answer to go on with. */
async function ask(variables: object, leaves: boolean): Promise<Body | null> {
  const { starts } = server;
  const client = new AbortController();
  if (leaves) setTimeout(() => client.abort(), random.below(30));
  const began = performance.now();
  try {
    const response = await fetch(server.url, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ query: PAGE, variables }),
      signal: client.signal,
    });
    const body = (await response.json()) as Body;
    latencies.push(performance.now() - began);
    const code = body.errors?.[0]?.extensions?.code;
    if (code === undefined) return body;
    refusals.set(code, (refusals.get(code) ?? 0) + 1);
    if (code === "INTERNAL" && server.isUp && server.starts === starts)
      lost.push(JSON.stringify(body.errors));
    return null;
  } catch (error) {
    if (client.signal.aborted) gone += 1;
    else if (!server.isUp || server.starts !== starts) interrupted += 1;
    else lost.push(String(error));
    return null;
  }
}

/** Walks through pages of random queries until the time is over. */
async function client(): Promise<void> {
  while (Date.now() < end) {
    if (!server.isUp) {
      await wait(50);
      continue;
    }
    const [where, orderBy] = [randomWhere(random), randomOrder(random)];
    let after: string | null = null;
    let before = 0;
    let first: string | null = null;
    for (let page = 0; page < 4; page += 1) {
      const body = await ask({ where, orderBy, first: 1 + random.below(60), after }, random.chance(0.05));
      if (!body?.data || !body.extensions) break;
      const { dataVersion } = body.extensions;
      first ??= dataVersion;
      if (first !== dataVersion) lost.push(`a walk went from ${first} to ${dataVersion}`);
      answers.push({ where, orderBy, before, dataVersion, data: body.data });
      before += body.data.runs.nodes.length;
      after = body.data.runs.pageInfo.endCursor;
      if (!body.data.runs.pageInfo.hasNextPage || after === null) break;
      // Some clients take their time, so that the data change between two pages.
      if (random.chance(0.2)) await wait(random.below(1500));
    }
    walks += 1;
  }
}

async function changeFiles(): Promise<void> {
  while (Date.now() < end) {
    await wait(100 + random.below(700));
    files.change();
  }
}

async function sampleMemory(): Promise<void> {
  while (Date.now() < end) {
    if (server.isUp) memory.push({ start: server.starts, mb: server.memory() });
    await wait(500);
  }
}

const exitCodes: (number | null)[] = [];
async function stopAndKill(): Promise<void> {
  for (const signal of ["SIGTERM", "SIGKILL"] as const) {
    await wait((seconds * 1000) / 6);
    exitCodes.push(await server.stop(signal));
    await server.start();
  }
}

await server.start();
await Promise.all([...Array.from({ length: CLIENTS }, client), changeFiles(), sampleMemory(), stopAndKill()]);
await wait(500);
exitCodes.push(await server.stop("SIGTERM"));

const wrong = wrongAnswers(answers, files);
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
const shown = (counts: ReadonlyMap<string, number>): string =>
  [...counts].map(([name, count]) => `${name} ${count}`).join(", ") || "none";

process.stdout.write(
  [
    `seed ${seed}, ${seconds} s, ${CLIENTS} clients`,
    `answers     ${answers.length} of ${versions} data versions, in ${walks} walks; ${wrong.length} wrong, ${lost.length} lost`,
    `left alone  ${gone} by clients that went away, ${interrupted} by stops and kills; refused: ${shown(refusals)}`,
    `files       ${shown(files.done)}`,
    `latency     median ${at(0.5)}, 99 % ${at(0.99)}, most ${at(1)}`,
    `memory      ${Math.round(middle)} MB, then ${Math.round(last)} MB: ${isFlat ? "flat" : "it grows"}; at most ${Math.round(Math.max(...own))} MB`,
    `exit codes  ${exitCodes.join(", ")}; ${left.length} folders left behind`,
    ...[...wrong, ...lost].slice(0, 10),
    "",
  ].join("\n"),
);
rmSync(folder, { recursive: true, force: true });
rmSync(temporary, { recursive: true, force: true });
process.exitCode = wrong.length + lost.length + left.length > 0 || !isFlat ? 1 : 0;
