import { once } from "node:events";
import { constants, createGzip } from "node:zlib";

/** The same bytes compressed: a chunk is read when what came of the one before has been taken. */
export async function* gzipped(
  bytes: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array, void, undefined> {
  // The fastest: the file is waited for.
  const gzip = createGzip({ level: constants.Z_BEST_SPEED });
  let made: Buffer[] = [];
  const take = (): Buffer[] => {
    const taken = made;
    made = [];
    return taken;
  };
  gzip.on("data", (piece: Buffer) => made.push(piece));
  // Whoever writes hears of a failure.
  gzip.on("error", () => undefined);
  try {
    for await (const chunk of bytes) {
      await new Promise<void>((resolve, reject) =>
        gzip.write(chunk, (error) => (error ? reject(error) : resolve())),
      );
      yield* take();
    }
    gzip.end();
    await once(gzip, "end");
    yield* take();
  } finally {
    gzip.destroy();
  }
}
