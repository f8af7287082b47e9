import type { Client } from "../client.js";
import type { FloorDatabase } from "../floors/database.js";
import type { Asked } from "../floors/queries.js";
import type { Aim, Case, Row } from "../row.js";
import { type Answered, requireSame } from "../same-numbers.js";
import { interleave, interleaveShared, type Repeat, type Times } from "../times.js";
import { MANY_CLIENTS } from "../world.js";
import { asked, variables } from "./asked.js";

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
  /** Default: 2 ms over the floor. */
  readonly aim?: Aim | null;
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
  aim = { kind: "over", most: 2 },
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
    const times = await interleave(
      [
        (repetition) => floor(database, asked(world, repetition)),
        ...rows.map(
          (row) => (repetition: number) => client.ask(row.query, variables(asked(world, repetition))),
        ),
      ],
      { ...repeat, enough: ENOUGH },
    );
    const alone = rowsOf(rows, "", times, aim);
    if (!isShared) return alone;
    const clients = await Promise.all(databases.map(() => world.client()));
    const shared = await interleaveShared(
      [
        (repetition, one = 0) => floor(databases[one] as FloorDatabase, asked(world, repetition)),
        ...rows.map(
          (row) =>
            (repetition: number, one = 0) =>
              (clients[one] as Client).ask(row.query, variables(asked(world, repetition))),
        ),
      ],
      { clients: MANY_CLIENTS, each: requestsEach(times), rounds: 9, enough: ENOUGH },
    );
    return [...alone, ...rowsOf(rows, `, ${MANY_CLIENTS} clients`, shared, null)];
  },
});

/** Milliseconds of one kind of measuring: large data are asked less often. */
const ENOUGH = 20_000;

/** Requests of each client in a round: as many as take a tenth of a second alone, but a few. */
const requestsEach = ([floor]: readonly Times[]): number =>
  Math.max(1, Math.min(8, Math.round(100 / (floor?.median ?? 100))));

/** The first times are the floor's. */
function rowsOf(
  rows: Comparison["rows"],
  suffix: string,
  [floor, ...ours]: readonly Times[],
  aim: Aim | null,
): Row[] {
  if (!floor) throw new Error("nothing was measured");
  return rows.map(({ name }, index) => ({ name: name + suffix, ours: ours[index] as Times, floor, aim }));
}

/** Every number, flag and null of a JSON value, in its own order; texts are left out. */
export function values(json: unknown): Answered {
  if (typeof json === "number" || typeof json === "boolean" || json === null) return [json];
  if (typeof json !== "object") return [];
  return Object.values(json).flatMap(values);
}
