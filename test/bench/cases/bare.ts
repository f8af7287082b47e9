import { readFileSync } from "node:fs";
import type { Work } from "../aims.js";
import { type Asker, interleaveRounds, latencies, perAnswer, type Round } from "../rounds.js";
import type { Aim, Case, Row } from "../row.js";
import type { Times } from "../times.js";
import { MANY_CLIENTS, type World } from "../world.js";
import { asked, bodiesOf, variables } from "./asked.js";
import { PAGE, RUN } from "./runs.js";

const ROUNDS = { count: 15, milliseconds: 300 };

const TYPENAME = [JSON.stringify({ query: "{ __typename }" })];
const QUARTER: Aim = { kind: "share", least: 0.25 };
const THRICE: Aim = { kind: "ratio", most: 3 };

/** What asks a server, and what its answers are held against. */
interface Party {
  readonly name: string;
  readonly url: string;
  readonly bodies: readonly string[];
  readonly floor: "http" | "yoga" | null;
  readonly aims: { readonly work: Work; readonly alone: Aim | null; readonly shared: Aim } | null;
}

const CACHED = { work: "cached", alone: null, shared: QUARTER } as const;
const LOOK_UP = { work: "lookUps", alone: THRICE, shared: THRICE } as const;

export const bare: Case = {
  name: "bare",
  about:
    "{ __typename } and an answer that is kept, against a node:http server that answers a constant; one run and a page of runs, against { __typename } of a bare Yoga. A process of its own asks, over one connection and over many.",
  async measure(world) {
    const log = world.freshPath();
    const keeping = [
      await world.startService({ keepsAnswers: true }),
      await world.startService({ keepsAnswers: true, log }),
    ] as const;
    const parties = await partiesOf(world, keeping[0].found, keeping[1].found);
    for (const party of parties) await requireAnswers(world, party);
    const alone = await rounds(world, parties, 1);
    const shared = await rounds(world, parties, MANY_CLIENTS);
    requireLines(log, shared[parties.findIndex(({ url }) => url === keeping[1].found)] ?? []);
    for (const service of keeping) await service.stop();
    return [
      ...rowsOf(parties, alone.map(latencies), (party) => ({
        name: party.name,
        aim: party.aims?.alone ?? null,
      })),
      ...rowsOf(parties, shared.map(perAnswer), (party) => ({
        name: `${party.name}, ${MANY_CLIENTS} clients`,
        aim: party.aims?.shared ?? null,
        each: "request",
      })),
    ];
  },
};

async function partiesOf(world: World, keeping: string, logging: string): Promise<Party[]> {
  const { http, yoga } = await world.bareServers();
  const url = await world.service();
  const remembered = [JSON.stringify({ query: PAGE, variables: variables(asked(world, 0)) })];
  return [
    { name: "http", url: http, bodies: TYPENAME, floor: null, aims: null },
    { name: "{ __typename } of ours", url, bodies: TYPENAME, floor: "http", aims: CACHED },
    { name: "cached answer", url: keeping, bodies: remembered, floor: "http", aims: CACHED },
    {
      name: "cached answer, default log level",
      url: logging,
      bodies: remembered,
      floor: "http",
      aims: CACHED,
    },
    { name: "{ __typename } of a bare Yoga", url: yoga, bodies: TYPENAME, floor: "http", aims: null },
    {
      name: "one run, against a bare Yoga",
      url,
      bodies: bodiesOf(world, RUN),
      floor: "yoga",
      aims: LOOK_UP,
    },
    {
      name: "page of 50 runs, against a bare Yoga",
      url,
      bodies: bodiesOf(world, PAGE),
      floor: "yoga",
      aims: LOOK_UP,
    },
  ];
}

/** @throws where a question is not answered with data, so that nobody measures errors. */
async function requireAnswers(world: World, { url, bodies }: Party): Promise<void> {
  const client = await world.client(url);
  for (const body of bodies.slice(0, 20)) {
    const { query, variables: given } = JSON.parse(body) as { query: string; variables?: object };
    await client.data(query, given);
  }
}

async function rounds(world: World, parties: readonly Party[], connections: number): Promise<Round[][]> {
  const askers: Asker[] = [];
  for (const { url, bodies } of parties)
    askers.push(await world.loadGenerator.asker({ url, bodies, connections }));
  return interleaveRounds(askers, ROUNDS);
}

/** @throws where fewer lines were logged than questions asked: then it was not the default log level. */
function requireLines(file: string, answered: readonly Round[]): void {
  const lines = readFileSync(file, "latin1").split("\n").length - 1;
  const questions = answered.reduce((sum, round) => sum + round.latencies.length, 0);
  if (lines < questions) throw new Error(`${questions} questions left ${lines} lines of log`);
}

/** The times are in the order of the parties, which begin with the bare server. */
function rowsOf(
  parties: readonly Party[],
  times: readonly Times[],
  told: (party: Party) => Pick<Row, "name" | "aim" | "each">,
): Row[] {
  const floors = {
    http: times[0],
    yoga: times[parties.findIndex(({ name }) => name.endsWith("of a bare Yoga"))],
  };
  return parties.flatMap((party, index) =>
    party.floor === null
      ? []
      : [
          {
            ...told(party),
            ours: times[index] as Times,
            floor: floors[party.floor] ?? null,
            work: party.aims?.work,
          },
        ],
  );
}
