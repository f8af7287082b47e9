import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { z } from "zod";
import type { Machine } from "./machine.js";
import { differenceOf, isMet, rateOf, ratioOf, type Row } from "./row.js";

/** A row as a results file holds it; times in milliseconds. */
export interface Result extends Row {
  readonly case: string;
  readonly ratio: number | null;
  readonly difference: number | null;
  /** How many requests or MB a second, where the row is of throughput; and the floor's. */
  readonly rate: number | null;
  readonly floorRate: number | null;
  readonly met: boolean | null;
}

export interface Results {
  readonly machine: Machine;
  /** Of both files. */
  readonly runs: number;
  readonly seconds: number;
  readonly rows: readonly Result[];
}

export const toResult = (name: string, row: Row): Result => ({
  case: name,
  ...row,
  ratio: ratioOf(row),
  difference: differenceOf(row),
  rate: rateOf(row, row.ours),
  floorRate: row.floor ? rateOf(row, row.floor) : null,
  met: isMet(row),
});

/** As JSON, a line a row, of numbers with the digits that a measurement has. */
export async function writeResults(file: string, { rows, ...rest }: Results): Promise<void> {
  const json = (value: unknown): string =>
    JSON.stringify(value, (_, inner: unknown) =>
      typeof inner === "number" ? Number(inner.toPrecision(6)) : inner,
    );
  const fields = Object.entries(rest).map(([name, value]) => `  ${json(name)}: ${json(value)},\n`);
  const lines = rows.map((row) => `    ${json(row)}`).join(",\n");
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, `{\n${fields.join("")}  "rows": [\n${lines}\n  ]\n}\n`);
}

/** What a comparison needs of an earlier run; older ones tell less of what they were taken of. */
const earlier = z.object({
  machine: z.object({
    processor: z.string(),
    cores: z.number(),
    memoryGb: z.number(),
    platform: z.string(),
    node: z.string(),
    duckdb: z.string(),
    graphql: z.string().optional(),
    yoga: z.string().optional(),
    sweepql: z.string().optional(),
    commit: z.string().nullable().optional(),
    loadBefore: z.number(),
  }),
  runs: z.number(),
  rows: z.array(
    z.object({
      case: z.string(),
      name: z.string(),
      ratio: z.number().nullable(),
      ours: z.object({ median: z.number() }),
    }),
  ),
});

export type Earlier = z.infer<typeof earlier>;

/** Results that an earlier run wrote. @throws where the file holds none. */
export async function readEarlier(file: string): Promise<Earlier> {
  let text;
  try {
    text = await readFile(file, "utf8");
  } catch (error) {
    throw new Error(`there are no results to compare with: \`--json ${file}\` writes them`, { cause: error });
  }
  return earlier.parse(JSON.parse(text));
}
