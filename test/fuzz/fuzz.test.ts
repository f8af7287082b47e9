import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { faultOf } from "./ask.js";
import { type FuzzedServer, startFuzzed } from "./fuzzed-server.js";
import { binaryFile, hostileFiles, mutatedLines } from "./hostile-files.js";
import { serveHostile } from "./load-hostile.js";
import { mutated, randomQuery } from "./queries.js";
import { Random } from "./random.js";

/** The short form; `npm run fuzz` is the long one. */
const SEED = Number(process.env["SWEEPQL_TEST_SEED"] ?? 7);

describe("documents, over HTTP", () => {
  let server: FuzzedServer;
  beforeAll(async () => void (server = await startFuzzed()));
  afterAll(() => server.stop());

  test("random ones that are valid are answered, or refused by name, as by graphql-js alone", async () => {
    const random = new Random(SEED);
    for (let count = 0; count < 150; count += 1) {
      const query = randomQuery(server.snapshot.schema, random);
      const method = random.chance(0.2) ? "GET" : "POST";
      expect(await faultOf(server, query, { method, compares: random.chance(0.4) }), query).toBeNull();
    }
  });

  test("mutated ones are answered, or refused by name, as by graphql-js alone", async () => {
    const random = new Random(SEED + 1);
    for (let count = 0; count < 300; count += 1) {
      const query = mutated(randomQuery(server.snapshot.schema, random), random);
      const method = random.chance(0.2) ? "GET" : "POST";
      expect(await faultOf(server, query, { method, compares: random.chance(0.4) }), query).toBeNull();
    }
  });

  test("they come by the front: what is asked again is answered from its cache", async () => {
    const before = server.cached();
    for (let count = 0; count < 3; count += 1)
      expect(await faultOf(server, "{ datasets { name } }")).toBeNull();
    expect(server.cached()).toBeGreaterThanOrEqual(before + 1);
  });
});

describe("files", () => {
  test.each(Object.entries(hostileFiles))("%s: served or refused by name", async (_, write) => {
    expect(await serveHostile(write)).toMatch(/^(served|refused): ./);
  });

  test("random bytes and mutated lines are served or refused by name", async () => {
    const random = new Random(SEED + 2);
    const outcomes = [await serveHostile(binaryFile(random))];
    for (let count = 0; count < 10; count += 1) outcomes.push(await serveHostile(mutatedLines(random)));
    for (const outcome of outcomes) expect(outcome).toMatch(/^(served|refused): ./);
  });
});
