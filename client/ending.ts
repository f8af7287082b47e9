/** Why a signal is aborted that no one waits for any more. */
export const LEFT = Symbol("left");

/**
 * What a generator yields, which is given a signal: aborted where the caller's is, and where it is left.
 * By itself a generator hears that it is left only once it has what it waits for.
 */
export function ending<T>(
  own: AbortSignal | undefined,
  run: (signal: AbortSignal) => AsyncGenerator<T, void, undefined>,
): AsyncGenerator<T, void, undefined> {
  const left = new AbortController();
  const rows = run(own ? AbortSignal.any([own, left.signal]) : left.signal);
  const next = rows.next.bind(rows);
  const end = rows.return.bind(rows);
  return Object.assign(rows, {
    next: () =>
      next().catch((error: unknown) => {
        if (left.signal.aborted) return { done: true, value: undefined } as const;
        throw error;
      }),
    return: () => {
      left.abort(LEFT);
      return end();
    },
  });
}
