import type { Work } from "../aims.js";
import type { FloorDatabase } from "../floors/database.js";
import type { Asked } from "../floors/queries.js";
import { askTogether, interleaveRounds, perAnswer } from "../rounds.js";
import type { Aim, Case, Row } from "../row.js";
import { type Answered, requireSame } from "../same-numbers.js";
import { interleave, type Repeat, type Times } from "../times.js";
import { MANY_CLIENTS, type World } from "../world.js";
import { asked, bodiesOf, variables } from "./asked.js";

/** What is aimed at beside the floor. */
export interface Aims {
  readonly work: Work;
  /** With one client. */
  readonly alone: Aim | null;
  /** With many at once. */
  readonly shared: Aim | null;
}

interface Comparison {
  readonly name: string;
  readonly about: string;
  /** Several shapes of one question. */
  readonly rows: readonly { readonly name: string; readonly query: string }[];
  readonly floor: (database: FloorDatabase, asked: Asked) => Promise<string>;
  /** The numbers of an answer's data, in an order that both share. */
  readonly read: {
    readonly ours: (data: unknown) => Answered;
    readonly floor: (answer: unknown) => Answered;
  };
  readonly repeat: Repeat;
  /** Whether many clients at once are measured, too, against as many askers of the floor. */
  readonly isShared?: boolean;
  readonly aims: Aims | null;
}

/** A case that asks the service over HTTP, and the floor for the same in process. */
export const againstFloor = ({
  name,
  about,
  rows,
  floor,
  read,
  repeat,
  isShared = false,
  aims,
}: Comparison): Case => ({
  name,
  about,
  async measure(world) {
    const client = await world.client();
    const databases = await world.floors();
    const database = databases[0] as FloorDatabase;
    for (const repetition of [0, 7]) {
      const wanted = asked(world, repetition);
      const expected = read.floor(JSON.parse(await floor(database, wanted)));
      for (const row of rows) {
        const found = await client.data<unknown>(row.query, variables(wanted));
        requireSame(row.name, read.ours(found), expected);
      }
    }
    const [alone, ...ours] = await interleave(
      [
        (repetition) => floor(database, asked(world, repetition)),
        ...rows.map(
          (row) => (repetition: number) => client.ask(row.query, variables(asked(world, repetition))),
        ),
      ],
      { ...repeat, enough: ENOUGH },
    );
    if (!alone) throw new Error("nothing was measured");
    const work = aims?.work;
    const single = rows.map((row, index): Row => {
      const times = ours[index] as Times;
      return { name: row.name, ours: times, floor: alone, aim: aims?.alone ?? null, work };
    });
    if (!isShared) return single;
    const [floorShared, ...oursShared] = await shared(world, rows, floor, alone.median);
    return [
      ...single,
      ...rows.map((row, index): Row => ({
        name: `${row.name}, ${MANY_CLIENTS} clients`,
        ours: oursShared[index] as Times,
        floor: floorShared as Times,
        aim: aims?.shared ?? null,
        work,
        each: "request",
      })),
    ];
  },
});

/** Milliseconds of one kind of measuring: large data are asked less often. */
const ENOUGH = 20_000;

/** Many ask the floor at once, each over a connection of its own, and in turn as many clients ask us. */
async function shared(
  world: World,
  rows: Comparison["rows"],
  floor: Comparison["floor"],
  median: number,
): Promise<Times[]> {
  const databases = await world.floors();
  const url = await world.service();
  const askers = await Promise.all(
    rows.map(({ query }) =>
      world.loadGenerator.asker({ url, bodies: bodiesOf(world, query), connections: MANY_CLIENTS }),
    ),
  );
  let first = 0;
  const rounds = await interleaveRounds(
    [
      async (milliseconds) => {
        const round = await askTogether(MANY_CLIENTS, milliseconds, (count, asker) =>
          floor(databases[asker] as FloorDatabase, asked(world, first + count)),
        );
        first += round.latencies.length;
        return round;
      },
      ...askers,
    ],
    // Several answers of each client, or their last ones would weigh too much.
    { count: 12, milliseconds: Math.max(300, 4 * MANY_CLIENTS * median), enough: ENOUGH },
  );
  return rounds.map(perAnswer);
}

/** Every number, flag and null of a JSON value, in its own order; texts are left out. */
export function values(json: unknown): Answered {
  if (typeof json === "number" || typeof json === "boolean" || json === null) return [json];
  if (typeof json !== "object") return [];
  return Object.values(json).flatMap(values);
}
