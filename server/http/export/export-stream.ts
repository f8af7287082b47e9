import { Readable } from "node:stream";
import { asError } from "../../errors.js";

/**
 * The bytes of an export, read as they are taken. It fails where the reading fails, so that what was
 * sent is not taken for the whole; destroyed, it ends the reading.
 */
export class ExportStream extends Readable {
  constructor(
    private readonly bytes: AsyncGenerator<Uint8Array, void, undefined>,
    /** Called once, with the failure where there is one, before anybody else hears of it. */
    private readonly ended: (failure: Error | null) => Promise<void>,
  ) {
    super({ highWaterMark: 1 });
  }

  override _read(): void {
    this.bytes.next().then(
      ({ done, value }) => void this.push(done === true ? null : value),
      (error: unknown) => void this.destroy(asError(error)),
    );
  }

  override _destroy(error: Error | null, callback: (error: Error | null) => void): void {
    const isWhole = error === null && this.readableEnded;
    const failure = isWhole ? null : (error ?? new Error("The export was not read to its end."));
    this.ended(failure).then(
      () => callback(error),
      (other: unknown) => callback(error ?? (other as Error)),
    );
  }
}
