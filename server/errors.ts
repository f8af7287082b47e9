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

/** Something that cannot be written where it has to be. */
export class WriteFault extends UserFault {
  override readonly name = "WriteFault";
  constructor(message: string) {
    super(message, "NOT_WRITABLE");
  }
}

const NO_SPACE = "no space is left";

const reasons: Readonly<Record<string, string>> = {
  ENOENT: "its folder does not exist",
  ENOTDIR: "its folder is a file",
  EISDIR: "it is a folder",
  EACCES: "this user may not write there",
  EROFS: "nothing may be written there",
  ENOSPC: NO_SPACE,
  EDQUOT: NO_SPACE,
};

/** Why a file could not be written, where that is for the user to mend; null for any other error. */
export const whyNotWritten = (error: unknown): string | null =>
  reasons[(error as NodeJS.ErrnoException).code ?? ""] ?? null;

/** Whether a disk was full; the engine has only words for it. */
export const isDiskFull = (error: unknown): boolean =>
  whyNotWritten(error) === NO_SPACE || /No space left on device|Disk quota exceeded/.test(messageOf(error));

/** Whatever was thrown, as an error. */
export const asError = (error: unknown): Error => (error instanceof Error ? error : new Error(String(error)));

/** The words of whatever was thrown. */
export const messageOf = (error: unknown): string => asError(error).message;
