import { NetworkError, type QueryError } from "./errors.js";
import type { RetryOptions } from "./options.js";

/** Statuses that say "not now", of the server or of what stands before it. */
const TRANSIENT: readonly number[] = [429, 502, 503, 504];

/** Milliseconds to wait before the request is sent again; null where it is not. */
export function delayAfter(
  error: unknown,
  attempt: number,
  { attempts = 3, baseDelay = 300, maxDelay = 20_000 }: RetryOptions,
): number | null {
  const { status, code, retryAfter } = error as Partial<QueryError>;
  // TIMEOUT is the server's own limit: the same request would meet it again, at the same cost.
  const passes = status ? TRANSIENT.includes(status) && code !== "TIMEOUT" : error instanceof NetworkError;
  const asked = retryAfter ?? 0;
  if (!passes || attempt >= attempts || asked > maxDelay) return null;
  // Chance parts clients that failed together, so that they do not come back together.
  const chance = Math.random();
  const backoff = Math.min(maxDelay, baseDelay * 2 ** (attempt - 1));
  return Math.max(asked * (1 + chance / 5), (backoff * (1 + chance)) / 2);
}

/** Milliseconds of a `Retry-After` header, which holds seconds or a date; null where there is none. */
export function readRetryAfter(header: string | null): number | null {
  const seconds = Number(header || NaN);
  const milliseconds = seconds >= 0 ? seconds * 1000 : Date.parse(header ?? "") - Date.now();
  return Number.isNaN(milliseconds) ? null : Math.max(0, milliseconds);
}
