import { stat } from "node:fs/promises";

/** What tells a file's states apart, in nanoseconds and bytes. */
interface FileTimes {
  readonly ino: bigint;
  readonly size: bigint;
  readonly mtimeNs: bigint;
  readonly ctimeNs: bigint;
}

/** The file's identity and state; two equal ones mean equal content. @throws where there is no such file. */
export async function stampOf(path: string): Promise<string> {
  return stampFrom(await stat(path, { bigint: true }));
}

/** The same of what was found already. */
export const stampFrom = ({ ino, size, mtimeNs, ctimeNs }: FileTimes): string =>
  `${ino}:${size}:${mtimeNs}:${ctimeNs}`;
