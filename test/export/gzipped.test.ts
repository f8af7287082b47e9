import { randomBytes } from "node:crypto";
import { gunzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { gzipped } from "../../server/http/export/gzipped.js";

const CHUNKS = Array.from({ length: 20 }, () => randomBytes(200_000));

/** Chunks, and how many of them were read; after the last, or the one that fails, comes the end. */
function source(failsAt = Infinity) {
  const state = { read: 0, isOver: false };
  async function* chunks(): AsyncGenerator<Uint8Array, void, undefined> {
    try {
      for (const chunk of CHUNKS) {
        if (state.read === failsAt) throw new Error("the reading failed");
        state.read += 1;
        yield await Promise.resolve(chunk);
      }
    } finally {
      state.isOver = true;
    }
  }
  return { state, chunks: chunks() };
}

test("the bytes are the same when they are taken apart again", async () => {
  const pieces: Uint8Array[] = [];
  for await (const piece of gzipped(source().chunks)) pieces.push(piece);
  expect(gunzipSync(Buffer.concat(pieces)).equals(Buffer.concat(CHUNKS))).toBe(true);
});

test("nothing is read before what came before it has been taken", async () => {
  const { state, chunks } = source();
  const compressed = gzipped(chunks);
  let size = 0;
  while (size < 1_000_000) size += (await compressed.next()).value?.byteLength ?? 0;
  expect(state.read).toBeLessThanOrEqual(6);
  await compressed.return();
  expect(state).toEqual({ read: state.read, isOver: true });
});

test("a failure comes through, and what was sent before cannot be taken for the whole", async () => {
  const pieces: Uint8Array[] = [];
  const all = async (): Promise<void> => {
    for await (const piece of gzipped(source(3).chunks)) pieces.push(piece);
  };
  await expect(all()).rejects.toThrow("the reading failed");
  expect(pieces.length).toBeGreaterThan(0);
  expect(() => gunzipSync(Buffer.concat(pieces))).toThrow("unexpected end of file");
});
