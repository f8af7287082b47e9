import type { Client } from "../client.js";
import type { Aim, Case, Row } from "../row.js";
import {
  interleave,
  interleaveShared,
  type Repeat,
  type Rounds,
  type SharedWork,
  type Times,
} from "../times.js";
import { MANY_CLIENTS, type World } from "../world.js";
import { asked, variables } from "./asked.js";
import { PAGE, RUN } from "./runs.js";

const TYPENAME = "{ __typename }";
const ALONE: Repeat = { warmUp: 300, count: 500 };
const SHARED: Rounds = { clients: MANY_CLIENTS, each: 25, rounds: 15 };

const ratio = (most: number): Aim => ({ kind: "ratio", most });

/** A question, as the nth repetition of a client asks it. */
type Asking = (world: World, client: Client, repetition: number) => Promise<unknown>;

const typename: Asking = (_, client) => client.ask(TYPENAME);
const remembered: Asking = (world, client) => client.ask(PAGE, variables(asked(world, 0)));
const run: Asking = (world, client, repetition) => client.ask(RUN, variables(asked(world, repetition)));
const page: Asking = (world, client, repetition) => client.ask(PAGE, variables(asked(world, repetition)));

export const bare: Case = {
  name: "bare",
  about:
    "{ __typename } and an answer that is kept, against a node:http server that answers a constant; one run and a page of runs, against { __typename } of a bare Yoga.",
  async measure(world) {
    const { http, yoga } = await world.bareServers();
    const keeping = (await world.startService({ keepsAnswers: true })).found;
    const ours: Party[] = [
      { name: "{ __typename } of ours", asking: typename },
      { name: "an answer that is kept", asking: remembered, url: keeping },
      { name: "{ __typename } of a bare Yoga", asking: typename, url: yoga },
      { name: "one run, against a bare Yoga", asking: run },
      { name: "page of 50 runs, against a bare Yoga", asking: page },
    ];
    const floor: Party = { name: "floor", asking: typename, url: http };
    const parties = [floor, ...ours];
    const alone = await interleave(await Promise.all(parties.map((party) => workOf(world, party, 1))), ALONE);
    const works = await Promise.all(parties.map((party) => workOf(world, party, MANY_CLIENTS)));
    const shared = await interleaveShared(works, SHARED);
    return [...rowsOf(ours, alone, ""), ...rowsOf(ours, shared, `, ${MANY_CLIENTS} clients`)];
  },
};

interface Party {
  readonly name: string;
  readonly asking: Asking;
  /** Default: the service's, which keeps no answers. */
  readonly url?: string;
}

async function workOf(world: World, { asking, url }: Party, count: number): Promise<SharedWork> {
  const clients = await Promise.all(Array.from({ length: count }, () => world.client(url)));
  return (repetition, client = 0) => asking(world, clients[client] as Client, repetition);
}

/** The times are of the floor, then of ours. A quarter of the floor's throughput is aimed at, and three times bare Yoga's time. */
function rowsOf(ours: readonly Party[], [http, ...times]: readonly Times[], suffix: string): Row[] {
  const yoga = times[2];
  return ours.map(({ name }, index) => ({
    name: name + suffix,
    ours: times[index] as Times,
    floor: (index > 2 ? yoga : http) ?? null,
    aim: index > 2 ? ratio(3) : index < 2 && suffix !== "" ? ratio(4) : null,
  }));
}
