import { pino } from "pino";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createApp, type App } from "../../server/http/app.js";
import { type Snapshot, takeSnapshot } from "../../server/snapshot.js";
import { Snapshots } from "../../server/snapshots.js";
import { type Folder, makeSampleFolder } from "../server/folder.js";
import { faultOf } from "./ask.js";
import { binaryFile, hostileFiles, mutatedLines } from "./hostile-files.js";
import { serveHostile } from "./load-hostile.js";
import { mutated, randomQuery } from "./queries.js";
import { Random } from "./random.js";

/** The short form; `npm run fuzz` is the long one. */
const SEED = Number(process.env["SWEEPQL_TEST_SEED"] ?? 7);

describe("documents", () => {
  let sample: Folder;
  let snapshot: Snapshot;
  let app: App;
  beforeAll(async () => {
    sample = await makeSampleFolder();
    snapshot = await takeSnapshot({ sources: [sample.path] });
    app = createApp(new Snapshots(snapshot), { log: pino({ level: "silent" }) });
  });
  afterAll(async () => {
    await snapshot.close();
    sample.remove();
  });

  test("random ones that are valid are answered, or refused by name", async () => {
    const random = new Random(SEED);
    for (let count = 0; count < 150; count += 1) {
      const query = randomQuery(snapshot.schema, random);
      expect(await faultOf(app, query), query).toBeNull();
    }
  });

  test("mutated ones are answered, or refused by name", async () => {
    const random = new Random(SEED + 1);
    for (let count = 0; count < 300; count += 1) {
      const query = mutated(randomQuery(snapshot.schema, random), random);
      expect(await faultOf(app, query), query).toBeNull();
    }
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
