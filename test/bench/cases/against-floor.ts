import type { FloorDatabase } from "../floors/database.js";
import type { Asked } from "../floors/queries.js";
import type { Aim, Case } from "../row.js";
import { type Answered, requireSame } from "../same-numbers.js";
import { interleave, type Repeat } from "../times.js";
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
  aim = { kind: "over", most: 2 },
}: Comparison): Case => ({
  name,
  about,
  async measure(world) {
    const client = await world.client();
    const database = await world.floor();
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
      repeat,
    );
    return rows.map((row, index) => {
      const [floorTimes, ours] = [times[0], times[index + 1]];
      if (!floorTimes || !ours) throw new Error("nothing was measured");
      return { name: row.name, ours, floor: floorTimes, aim };
    });
  },
});

/** Every number, flag and null of a JSON value, in its own order; texts are left out. */
export function values(json: unknown): Answered {
  if (typeof json === "number" || typeof json === "boolean" || json === null) return [json];
  if (typeof json !== "object") return [];
  return Object.values(json).flatMap(values);
}
