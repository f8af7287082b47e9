import { setTimeout as wait } from "node:timers/promises";
import type { Random } from "../fuzz/random.js";
import type { Answered, Named } from "./check.js";
import { exchange, type Manners, type Received } from "./client.js";
import type { Outcomes } from "./outcomes.js";
import { heavyQuestion, largeQuestion, type Question, randomQuestion, refusedQuestion } from "./questions.js";
import { PAGE, type PageData, randomExport, randomOrder, randomWhere, wrongPage } from "./requests.js";
import type { Server } from "./server.js";

/** What clients share. */
export interface Soak {
  readonly server: Server;
  readonly random: Random;
  readonly outcomes: Outcomes;
  readonly answers: Answered[];
  /** What nobody can explain. */
  readonly lost: string[];
  readonly latencies: number[];
  /** When clients ask no more, in milliseconds since 1970. */
  readonly end: number;
}

interface Body {
  readonly data?: (Readonly<Record<string, unknown>> & { readonly datasets: readonly Named[] }) | null;
  readonly errors?: readonly { readonly message: string; readonly extensions?: { readonly code?: string } }[];
  readonly extensions?: { readonly dataVersion: string };
}

/** Refusals that any request may meet, beside those that it asks for. */
const ANY: ReadonlySet<string> = new Set(["TIMEOUT", "OVERLOADED", "SERVER_STOPPING", "STALE_CURSOR"]);

/** Milliseconds between two questions of a client, at most: what changed is loaded meanwhile. */
const REST = 2000;
/** Milliseconds between two rushes, and how many come at once. */
const BETWEEN_RUSHES = 4000;
const RUSH = 12;

/** Asks much at once, now and then: some wait, and some are turned away. */
export async function rush(soak: Soak): Promise<void> {
  const { server, random, end } = soak;
  while (Date.now() < end) {
    await wait(BETWEEN_RUSHES);
    if (!server.isUp) continue;
    await Promise.all(Array.from({ length: RUSH }, () => question(soak, heavyQuestion(random))));
  }
}

/** Asks one thing after another until the time is over. */
export async function client(soak: Soak): Promise<void> {
  const { server, random, end } = soak;
  while (Date.now() < end) {
    if (!server.isUp) {
      await wait(50);
      continue;
    }
    await wait(random.below(REST));
    const what = random.next();
    if (what < 0.4) await walk(soak);
    else if (what < 0.72) await question(soak, randomQuestion(random));
    else if (what < 0.75) await question(soak, largeQuestion(random));
    else if (what < 0.88) await download(soak);
    else await refused(soak);
  }
}

/** Walks through the pages of a random query. */
async function walk(soak: Soak): Promise<void> {
  const { random, lost, answers } = soak;
  const [where, orderBy] = [randomWhere(random), randomOrder(random)];
  let after: string | null = null;
  let before = 0;
  let first: string | null = null;
  for (let page = 0; page < 4; page += 1) {
    const variables: object = { where, orderBy, first: 1 + random.below(60), after };
    const body = await ask(soak, "page", { query: PAGE, variables });
    if (!body) return;
    const { dataVersion, data } = body;
    first ??= dataVersion;
    if (first !== dataVersion) lost.push(`a walk went from ${first} to ${dataVersion}`);
    const pageData = data as unknown as PageData;
    const asked = { where, orderBy, before };
    answers.push({
      what: "page",
      dataVersion,
      datasets: data.datasets,
      wrong: (world) => wrongPage(asked, pageData, world),
    });
    before += pageData.runs.nodes.length;
    after = pageData.runs.pageInfo.endCursor;
    if (!pageData.runs.pageInfo.hasNextPage || after === null) return;
    // Some clients take their time, so that the data change between two pages.
    if (random.chance(0.2)) await wait(random.below(1500));
  }
}

async function question(soak: Soak, { kind, query, variables, wrong }: Question): Promise<void> {
  const body = await ask(soak, kind, { query, variables });
  if (!body) return;
  const { data, dataVersion } = body;
  const what = `${kind} ${JSON.stringify(variables)}`;
  soak.answers.push({ what, dataVersion, datasets: data.datasets, wrong: (world) => wrong(data, world) });
}

async function refused(soak: Soak): Promise<void> {
  const { code, query, variables } = refusedQuestion(soak.random);
  const body = await ask(soak, `refused ${code}`, { query, variables }, code);
  if (body) soak.lost.push(`${code} was answered: ${query.slice(0, 100)}`);
}

async function download(soak: Soak): Promise<void> {
  const { path, wrong } = randomExport(soak.random);
  const received = await send(soak, path, null);
  if (!received) return;
  const { status, headers, text } = received;
  const dataVersion = headers["x-data-version"];
  if (status !== 200 || typeof dataVersion !== "string") return noteErrors(soak, "export", received, null);
  soak.outcomes.note("export");
  soak.answers.push({
    what: `export ${path}`,
    dataVersion,
    datasets: null,
    wrong: (world) => wrong(text, world),
  });
}

/** Asks one question; null where there is no answer to go on with. */
async function ask(
  soak: Soak,
  kind: string,
  asked: object,
  expected: string | null = null,
): Promise<{ readonly data: NonNullable<Body["data"]>; readonly dataVersion: string } | null> {
  const received = await send(soak, null, asked);
  if (!received) return null;
  const { data, errors, extensions } = JSON.parse(received.text) as Body;
  if (errors || !data || !extensions) {
    noteErrors(soak, kind, received, expected);
    return null;
  }
  soak.outcomes.note(kind);
  if (received.headers["content-length"] === undefined) soak.outcomes.note("streamed");
  return { data, dataVersion: extensions.dataVersion };
}

function noteErrors(
  { outcomes, lost }: Soak,
  kind: string,
  { text }: Received,
  expected: string | null,
): void {
  const { errors } = JSON.parse(text) as Body;
  const code = errors?.[0]?.extensions?.code ?? "no code";
  outcomes.note(code);
  // A fit has data that it does not fit.
  const isExplained = code === expected || ANY.has(code) || (kind.startsWith("fit") && code === "UNFIT_DATA");
  if (!isExplained) lost.push(`${kind}: ${text.slice(0, 300)}`);
}

/** Sends one request, now and then as a client that leaves, or stops reading for a while. */
async function send(
  { server, random, outcomes, lost, latencies }: Soak,
  path: string | null,
  body: object | null,
): Promise<Received | null> {
  const { starts, url } = server;
  const manners: Manners = {
    leavesAfter: random.chance(0.05) ? random.below(60) : null,
    stopsFor: random.chance(0.03) ? random.below(2000) : null,
  };
  const began = performance.now();
  try {
    const received = await exchange(path === null ? url : new URL(path, url).href, body, manners);
    if (manners.stopsFor === null) latencies.push(performance.now() - began);
    else outcomes.note("stopped reading");
    return received;
  } catch (error) {
    if (manners.leavesAfter !== null) outcomes.note("left");
    else if (!server.isUp || server.starts !== starts) outcomes.note("interrupted");
    else lost.push(`${path ?? JSON.stringify(body).slice(0, 200)}: ${String(error)}`);
    return null;
  }
}
