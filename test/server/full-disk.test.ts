import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { closeSync, existsSync, openSync } from "node:fs";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { run } from "./command.js";
import { type Folder, makeFolder, makeSampleFolder } from "./folder.js";

/** What is said where a disk is full: by the user's words, and with exit code 2. */

let data: Folder;
beforeAll(async () => {
  data = await makeSampleFolder();
});
afterAll(() => data.remove());

describe.skipIf(!existsSync("/dev/full"))("standard output", () => {
  test.each([["export", "points"], ["schema"], ["query", "{ datasets { name } }"]])(
    "of %s",
    async (...words) => {
      const full = openSync("/dev/full", "w");
      const bin = fileURLToPath(new URL("../../server/sweepql.js", import.meta.url));
      const child = spawn(process.execPath, [bin, ...words, "--data", data.path, "--no-cache"], {
        stdio: ["ignore", full, "pipe"],
      });
      closeSync(full);
      const [stderr, [code]] = await Promise.all([
        text(child.stderr as NonNullable<typeof child.stderr>),
        once(child, "close") as Promise<[number | null]>,
      ]);
      expect(code).toBe(2);
      expect(stderr.trim().split("\n").at(-1)).toBe("sweepql: standard output: no space is left.");
    },
  );
});

test("the folder of temporary files is named", async ({ skip }) => {
  const small = makeFolder();
  onTestFinished(() => small.remove());
  const { status } = spawnSync("mount", ["-t", "tmpfs", "-o", "size=400k", "tmpfs", small.path]);
  if (status !== 0) skip("this user cannot mount a small disk");
  onTestFinished(() => void spawnSync("umount", ["--lazy", small.path]));
  const words = ["query", "{ datasets { name } }", "--data", data.path];
  const { code, stderr } = await run(words, { cwd: data.path, env: { TMPDIR: small.path } });
  expect(code).toBe(2);
  expect(stderr.trim().split("\n").at(-1)).toBe(
    `sweepql: ${small.path}: no space is left for a snapshot of the data. TMPDIR names another folder.`,
  );
});
