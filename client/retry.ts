import { HttpError, NetworkError, QueryError, type SweepqlError } from "./errors.js";
import type { RetryOptions } from "./options.js";

/** Statuses that say "not now", of the server or of what stands before it. */
const TRANSIENT: readonly number[] = [429, 502, 503, 504];

/** Milliseconds to wait before the request is sent again; null where it is not. */
export function delayAfter(
  error: SweepqlError,
  attempt: number,
  { attempts = 3, baseDelay = 300, maxDelay = 20_000 }: RetryOptions,
): number | null {
  if (attempt >= attempts) return null;
  const answered = error instanceof HttpError || error instanceof QueryError;
  if (!(answered ? TRANSIENT.includes(error.status) : error instanceof NetworkError)) return null;
  // The server's own limit on a request's time: the same request would meet it again, at the same cost.
  if (error instanceof QueryError && error.code === "TIMEOUT") return null;
  // Between half of it and all of it, so that clients that failed together do not come back together.
  const backoff = Math.min(maxDelay, baseDelay * 2 ** (attempt - 1)) * (1 + Math.random()) * 0.5;
  const asked = answered ? error.retryAfter : null;
  if (asked === null) return backoff;
  return asked > maxDelay ? null : Math.max(asked, backoff);
}

/** Milliseconds of a `Retry-After` header, which holds seconds or a date; null where there is none. */
export function readRetryAfter(header: string | null): number | null {
  if (header === null || header.trim() === "") return null;
  const milliseconds = /^\s*\d+\s*$/.test(header) ? Number(header) * 1000 : Date.parse(header) - Date.now();
  return Number.isNaN(milliseconds) ? null : Math.max(0, milliseconds);
}

/** Waits; false where the signal was aborted before the end. */
export function pause(milliseconds: number, signal: AbortSignal | undefined): Promise<boolean> {
  return new Promise((resolve) => {
    const end = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", end);
      resolve(signal?.aborted !== true);
    };
    const timer = setTimeout(end, milliseconds);
    if (signal?.aborted) end();
    else signal?.addEventListener("abort", end);
  });
}
