/** A statement that memory and spill folder were too small for. It failed alone: the engine goes on. */
export class EngineMemoryError extends Error {
  override readonly name = "EngineMemoryError";
}

/** What the engine's failure is where memory or the spill folder did not suffice; null for any other. */
export const memoryFault = (error: unknown): EngineMemoryError | null =>
  error instanceof Error && /^Out of Memory Error|failed to offload data block/.test(error.message)
    ? new EngineMemoryError(error.message, { cause: error })
    : null;
