import { appendFileSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { DataFault } from "../../server/errors.js";
import { openSnapshot } from "../../server/duckdb/open.js";
import { type DataFile, discover } from "../../server/ingest/discover.js";
import { readFacts } from "../../server/ingest/file-facts.js";
import { type LoadedData, loadFiles } from "../../server/ingest/load.js";
import { loadOn, type OlderSnapshot } from "../../server/ingest/load-on.js";
import { check } from "../api/properties.js";
import { makeSampleFolder } from "../server/folder.js";
import { GROWING } from "./growing-files.js";
import { makeFolder } from "./load-text.js";

/** Files of one folder, loaded again and again as they grow. */
class Growth {
  readonly folder = makeFolder();
  readonly #databases = mkdtempSync(join(this.folder.path, "databases-"));
  #count = 0;

  append(name: string, bytes: string | Buffer): void {
    appendFileSync(join(this.folder.path, `${name}.jsonl`), bytes);
  }

  remove(): void {
    this.folder.remove();
  }

  async loadWhole(): Promise<OlderSnapshot> {
    const databaseFile = this.#fresh();
    return { databaseFile, ...(await loadFiles(await this.#files(), { databaseFile })) };
  }

  async loadOn(older: OlderSnapshot): Promise<OlderSnapshot | null> {
    const databaseFile = this.#fresh();
    const files = await Promise.all(
      (await this.#files()).map(async (file) => ({
        file,
        version: (await readFacts(file.path)).version,
        onlyGrew: true,
      })),
    );
    const loaded = await loadOn(older, files, { databaseFile });
    return loaded && { databaseFile, ...loaded };
  }

  #files(): Promise<DataFile[]> {
    return discover([this.folder.path]);
  }

  #fresh(): string {
    this.#count += 1;
    return join(this.#databases, `${this.#count}.duckdb`);
  }
}

/** Every table as it lies in the file. */
async function tablesOf({ databaseFile }: OlderSnapshot): Promise<unknown> {
  const pool = await openSnapshot(databaseFile, { connections: 1, threads: 1 });
  try {
    const { rows } = await pool.query("SELECT table_name FROM duckdb_tables() ORDER BY 1");
    const tables = await Promise.all(
      rows.map(async ([name]) => [name, await pool.query(`SELECT * FROM ${String(name)}`)] as const),
    );
    return Object.fromEntries(tables);
  } finally {
    await pool.close();
  }
}

/** In order, which deep equality of maps does not look at. */
const structuresOf = ({ files }: LoadedData) => files.map(({ found }) => [...(found?.byText ?? [])]);

async function expectSame(found: OlderSnapshot, wanted: OlderSnapshot): Promise<void> {
  expect(found.catalogue).toEqual(wanted.catalogue);
  expect(found.files).toEqual(wanted.files);
  expect(structuresOf(found)).toEqual(structuresOf(wanted));
  expect(await tablesOf(found)).toEqual(await tablesOf(wanted));
  rmSync(wanted.databaseFile);
}

/** Loads on, and whole, and compares; tells whether the former was possible. */
async function grow(
  growth: Growth,
  older: OlderSnapshot,
): Promise<{ next: OlderSnapshot; wasReadOn: boolean } | null> {
  const on = await growth.loadOn(older);
  const whole = await growth.loadWhole().catch((error: unknown) => {
    if (error instanceof DataFault) return null;
    throw error;
  });
  if (on === null) return whole && { next: whole, wasReadOn: false };
  expect(whole, "loaded on, but not whole").not.toBeNull();
  if (whole) await expectSame(on, whole);
  return { next: on, wasReadOn: true };
}

/** What is appended to one of the files, in one go. */
interface Appended {
  readonly name: string;
  readonly bytes: Buffer;
}

/** @param share of appended lines that are odd, in tenths. */
function appended(share: number): fc.Arbitrary<Appended> {
  return fc.constantFrom(...GROWING).chain(({ name, alike, odd }) =>
    fc
      .record({
        lines: fc.array(
          fc.oneof(
            { weight: 10 - share, arbitrary: alike.map((text) => Buffer.from(text)) },
            { weight: share, arbitrary: odd },
          ),
          { minLength: 1, maxLength: 8 },
        ),
        kept: fc.oneof(fc.constant(1), fc.constant(1), fc.double({ min: 0, max: 1, noNaN: true })),
      })
      .map(({ lines, kept }) => {
        const whole = Buffer.concat(lines);
        return { name, bytes: whole.subarray(0, Math.ceil(kept * whole.length)) };
      }),
  );
}

const worlds = (share: number) =>
  fc.record({
    starts: fc.tuple(...GROWING.map(({ start }) => start)),
    rounds: fc.array(fc.array(appended(share), { minLength: 1, maxLength: 2 }), {
      minLength: 1,
      maxLength: 3,
    }),
  });

/** Lets files grow as a world says; how many of the loads read on. */
async function live({
  starts,
  rounds,
}: {
  starts: readonly string[];
  rounds: readonly (readonly Appended[])[];
}) {
  const growth = new Growth();
  GROWING.forEach(({ name }, index) => growth.append(name, starts[index] ?? ""));
  let older = await growth.loadWhole();
  let readOn = 0;
  for (const round of rounds) {
    for (const { name, bytes } of round) growth.append(name, bytes);
    const grown = await grow(growth, older);
    if (!grown) break;
    if (grown.wasReadOn) readOn += 1;
    older = grown.next;
  }
  growth.remove();
  return { loads: rounds.length, readOn };
}

describe("files that grew are read on, with the outcome of reading them whole", () => {
  test("by lines like those that they have, though they be cut anywhere", async () => {
    let [loads, readOn] = [0, 0];
    await check(worlds(0), 15, async (world) => {
      const done = await live(world);
      loads += done.loads;
      readOn += done.readOn;
    });
    // A line that was loaded half-written, and goes on, is a reason to read all again.
    expect(readOn / loads).toBeGreaterThan(0.6);
  });

  test("or are read whole, by lines that are odd", async () => {
    let [loads, readOn] = [0, 0];
    await check(worlds(3), 25, async (world) => {
      const done = await live(world);
      loads += done.loads;
      readOn += done.readOn;
    });
    expect(readOn).toBeGreaterThan(0);
    expect(readOn).toBeLessThan(loads);
  });

  test("the documented files, cut anywhere", async () => {
    const { path, remove } = await makeSampleFolder();
    await check(
      fc.tuple(fc.double({ min: 0.3, max: 1, noNaN: true }), fc.double({ min: 0.3, max: 1, noNaN: true })),
      4,
      async (cuts) => {
        const growth = new Growth();
        const files = (await discover([path])).map(({ path: from, name }) => ({
          name,
          bytes: readFileSync(from),
        }));
        const cutOf = (bytes: Buffer, index: number): number => Math.floor(bytes.length * (cuts[index] ?? 1));
        files.forEach(({ name, bytes }, index) =>
          growth.append(name, bytes.subarray(0, bytes.lastIndexOf("\n", cutOf(bytes, index)) + 1)),
        );
        const older = await growth.loadWhole();
        files.forEach(({ name, bytes }, index) =>
          growth.append(name, bytes.subarray(bytes.lastIndexOf("\n", cutOf(bytes, index)) + 1)),
        );
        await grow(growth, older);
        growth.remove();
      },
    );
    remove();
  });
});
