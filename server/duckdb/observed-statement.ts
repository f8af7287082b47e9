import { channel } from "node:diagnostics_channel";

/** What became of one statement. */
export interface StatementEvent {
  readonly milliseconds: number;
  /** Null where it failed. */
  readonly rows: number | null;
  /** Whether the connection had it prepared already. */
  readonly prepared: boolean;
}

/** Tells of every SELECT when it has ended, in the asynchronous context of whoever asked for it. */
export const statements = channel("sweepql:statement");

/** Runs one statement, and tells of it. */
export async function observedStatement<T extends { readonly rowCount: number }>(
  prepared: boolean,
  run: () => Promise<T>,
): Promise<T> {
  if (!statements.hasSubscribers) return run();
  const started = performance.now();
  let rows: number | null = null;
  try {
    const result = await run();
    rows = result.rowCount;
    return result;
  } finally {
    const event: StatementEvent = { milliseconds: performance.now() - started, rows, prepared };
    statements.publish(event);
  }
}
