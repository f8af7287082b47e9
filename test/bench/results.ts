import { readFile, writeFile } from "node:fs/promises";
import { z } from "zod";
import type { Machine } from "./machine.js";
import { differenceOf, isMet, ratioOf, type Row } from "./row.js";

/** A row as a results file holds it; times in milliseconds. */
export interface Result extends Row {
  readonly case: string;
  readonly ratio: number | null;
  readonly difference: number | null;
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
  met: isMet(row),
});

export const writeResults = (file: string, results: Results): Promise<void> =>
  writeFile(file, `${JSON.stringify(results, null, 2)}\n`);

/** What a comparison needs of an earlier run. */
const earlierRows = z.object({
  rows: z.array(
    z.object({
      case: z.string(),
      name: z.string(),
      ratio: z.number().nullable(),
      ours: z.object({ median: z.number() }),
    }),
  ),
});

export type Earlier = z.infer<typeof earlierRows>["rows"];

/** The rows of a results file that an earlier run wrote. @throws where it is none. */
export const readEarlier = async (file: string): Promise<Earlier> =>
  earlierRows.parse(JSON.parse(await readFile(file, "utf8"))).rows;
