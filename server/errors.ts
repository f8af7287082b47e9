/**
 * Faults that the user can mend: their message is theirs to read, and reaches them whole. Every
 * other error is ours: it is logged, and masked in answers.
 */
export class UserFault extends Error {
  override readonly name: string = "UserFault";
  constructor(
    message: string,
    /** Machine code, in `extensions.code` of an answer. */
    readonly code: string,
  ) {
    super(message);
  }
}

/** A data folder, file or manifest that cannot be served. */
export class DataFault extends UserFault {
  override readonly name = "DataFault";
  constructor(message: string) {
    super(message, "BAD_DATA");
  }
}

/** Settings that make no sense; all of them at once. */
export class ConfigurationFault extends UserFault {
  override readonly name = "ConfigurationFault";
  constructor(readonly faults: readonly string[]) {
    super(faults.join("\n"), "BAD_CONFIGURATION");
  }
}

/** Whatever was thrown, as an error. */
export const asError = (error: unknown): Error => (error instanceof Error ? error : new Error(String(error)));

/** The words of whatever was thrown. */
export const messageOf = (error: unknown): string => asError(error).message;
