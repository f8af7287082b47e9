/** Asked between the steps of a long computation: true ends it with {@link StoppedError}. */
export type ShouldStop = () => boolean;

/** A long computation ended because its caller asked for it. */
export class StoppedError extends Error {
  override readonly name = "StoppedError";
  constructor() {
    super("the computation was stopped");
  }
}

/** Throws {@link StoppedError} where the caller wants no answer any more. */
export function checkStop(shouldStop: ShouldStop | undefined): void {
  if (shouldStop?.() === true) throw new StoppedError();
}
