import { styleText } from "node:util";
import { visibleLines } from "./visible.js";

/** Where a command writes to, and what stops it. */
export interface Terminal {
  readonly stdout: NodeJS.WriteStream;
  readonly stderr: NodeJS.WriteStream;
  /** Aborted by SIGINT and SIGTERM. */
  readonly stop: AbortSignal;
}

/** Says on stderr what somebody should look into, and keeps the rest to itself. */
export const noteFaults =
  ({ stderr }: Terminal) =>
  (note: string, isFault: boolean): void => {
    if (isFault) stderr.write(`sweepql: ${visibleLines(note)}\n`);
  };

type Format = Parameters<typeof styleText>[0];

/** Styles text for a stream that shows colours, and leaves it alone for one that does not. */
export const painter =
  (stream: NodeJS.WriteStream) =>
  (format: Format, text: string): string =>
    stream.isTTY && stream.hasColors() ? styleText(format, text) : text;

export type Paint = ReturnType<typeof painter>;

/** Columns of a terminal; 80 where it does not know them, and reports none. */
export const columnsOf = ({ columns = 0 }: { readonly columns?: number }): number =>
  columns > 0 ? columns : 80;

/** Columns to fill: those of a terminal, but no more than are pleasant to read; 100 elsewhere. */
export const widthOf = (stream: NodeJS.WriteStream): number =>
  stream.isTTY ? Math.min(columnsOf(stream), 120) : 100;

/** 40598 → `40,598`. */
export const grouped = (count: number): string => count.toLocaleString("en-US");

/** `1 run`, `2,048 runs`. */
export const counted = (count: number, singular: string, plural = `${singular}s`): string =>
  `${grouped(count)} ${count === 1 ? singular : plural}`;
