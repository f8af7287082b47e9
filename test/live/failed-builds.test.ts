import { appendFileSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { Backoff } from "../../server/watch/backoff.js";
import { build, type BuildRequest } from "../../server/watch/build.js";
import { line, lines, makeDataFolder, ownTemporary } from "./data-files.js";
import { serveLive } from "./live-server.js";
import { until } from "../until.js";

/** The process that builds for this one. */
function builder(): number {
  const children = readFileSync(`/proc/self/task/${process.pid}/children`, "utf8").trim().split(" ");
  const found = children.find((pid) => readFileSync(`/proc/${pid}/cmdline`, "utf8").includes("build-entry"));
  return Number(found ?? expect.fail("no process builds"));
}

const COUNT = "{ runs(first: 0) { totalCount } servingFaults { message } }";
interface Counted {
  readonly runs: { readonly totalCount: number };
  readonly servingFaults: readonly unknown[];
}

test.runIf(process.platform === "linux")(
  "a builder that is killed in the middle is tried again, though no file changes",
  async () => {
    const folder = makeDataFolder();
    const temporary = ownTemporary();
    const file = join(folder, "a.jsonl");
    writeFileSync(file, lines(3));
    const live = await serveLive(folder);
    const folders = (): number => readdirSync(temporary).length;
    const atRest = folders();
    const killed = builder();
    // It stands still, so that the kill comes in the middle of the build.
    process.kill(killed, "SIGSTOP");
    appendFileSync(file, line(4));
    await until(() => folders() > atRest);
    process.kill(killed, "SIGKILL");
    const { data } = await live.until<Counted>(COUNT, (answer) => answer.data.runs.totalCount === 4);
    expect(data.servingFaults).toEqual([]);
    expect(live.logged.filter(({ msg }) => msg === "the data cannot be loaded again")).toMatchObject([
      { again: 1000, err: { message: expect.stringContaining("SIGKILL") as string } },
    ]);
  },
);

test("what failed for no fault of the data is tried again, though its file stays as it is", async () => {
  const folder = makeDataFolder();
  const file = join(folder, "a.jsonl");
  writeFileSync(file, lines(3));
  const asked = (databaseFile: string, last: Partial<BuildRequest> = {}): BuildRequest => ({
    sources: [file],
    copies: join(folder, "copies"),
    number: 1,
    databaseFile: join(folder, databaseFile),
    kept: [],
    older: null,
    manifests: null,
    settle: 0,
    ...last,
  });
  const first = await build(asked("first.duckdb"));
  if (first.kind !== "built") expect.fail(first.kind);
  const { kept, manifests } = first;
  appendFileSync(file, line(4));
  // No folder can be made where a file is.
  writeFileSync(join(folder, "full"), "");
  const failed = await build(asked("full/second.duckdb", { number: 2, kept, manifests }));
  if (failed.kind !== "unchanged") expect.fail(failed.kind);
  expect(failed.kept).toMatchObject([
    { mayPass: true, fault: expect.stringMatching(/^it cannot be loaded: /) as string },
  ]);
  const third = await build(asked("third.duckdb", { number: 3, kept: failed.kept, manifests }));
  expect(third).toMatchObject({
    kind: "built",
    kept: [{ fault: null, mayPass: false }],
    data: { catalogue: { datasets: [{ runCount: 4 }] } },
  });
});

test("a compressed file is named until it is unpacked", async () => {
  const folder = makeDataFolder();
  writeFileSync(join(folder, "a.jsonl"), lines(3));
  writeFileSync(join(folder, "b.jsonl.gz"), gzipSync(lines(2)));
  const live = await serveLive(folder);
  const { data } = await live.ask<Counted>(COUNT);
  expect(data).toEqual({
    runs: { totalCount: 3 },
    servingFaults: [
      { message: expect.stringMatching(/^b\.jsonl\.gz: .* unpack them with gunzip/) as string },
    ],
  });
  writeFileSync(join(folder, "b.jsonl"), lines(2));
  const unpacked = await live.until<Counted>(COUNT, (answer) => answer.data.runs.totalCount === 5);
  expect(unpacked.data.servingFaults).toEqual([]);
});

test("what fails again waits twice as long each time, a minute at most", () => {
  const backoff = new Backoff();
  const waits = Array.from({ length: 8 }, () => backoff.next());
  expect(waits).toEqual([1000, 2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000]);
  backoff.reset();
  expect(backoff.next()).toBe(1000);
});
