import { LEFT } from "./ending.js";
import { AbortError, SweepqlError, TimeoutError } from "./errors.js";
import type { Message } from "./message.js";
import type { ClientEvent, ClientOptions, RequestOptions } from "./options.js";
import { raced } from "./raced.js";
import { delayAfter } from "./retry.js";

/** What one kind of event has beside what all have. */
type EventOf<E> = E extends { readonly type: string } ? Omit<E, "operation" | "attempt"> : never;

/** A request under way: its attempts, in the time that there is. */
export interface Call {
  readonly client: ClientOptions;
  readonly message: Message;
  readonly options: RequestOptions;
  /** Aborted where the caller's is, and when the time is over. */
  readonly signal: AbortSignal;
  /** Tells the observer. */
  tell(event: EventOf<ClientEvent>): void;
  /** Waits until the next attempt. @throws what the request ends with, where there is none. */
  failed(error: unknown): Promise<void>;
  /** Ends the time that it has. */
  end(): void;
}

/** Begins a request. */
export function begin(client: ClientOptions, message: Message, options: RequestOptions): Call {
  const { operation, repeatable } = message;
  const { timeout = client.timeout ?? 60_000, retry = client.retry ?? {}, signal: own } = options;
  const retries = (repeatable && retry) || { attempts: 1 };
  const bounded = timeout > 0 && timeout < 2 ** 31;
  const end = bounded ? performance.now() + timeout : Infinity;
  const late = new AbortController();
  const timer = bounded ? setTimeout(() => late.abort(), timeout) : undefined;
  const signal = own ? AbortSignal.any([own, late.signal]) : late.signal;
  let attempt = 1;
  let last: SweepqlError | undefined;

  const tell: Call["tell"] = (event) => {
    try {
      client.observe?.({ operation, attempt, ...event });
    } catch (error) {
      // A fault of who looks on, and none of the request.
      console.error(error);
    }
  };
  const failed = async (thrown: unknown): Promise<void> => {
    let error = thrown;
    const delay = signal.aborted ? null : delayAfter(error, attempt, retries);
    // A pause that the time does not allow brings nothing but a worse error.
    if (delay !== null && delay < end - performance.now()) {
      last = error as SweepqlError;
      tell({ type: "retry", error: last, delay });
      await pause(delay, signal);
      if (!signal.aborted) {
        attempt += 1;
        return;
      }
    }
    if (own?.aborted) error = new AbortError(operation, own.reason);
    else if (signal.aborted) error = new TimeoutError(operation, timeout, last);
    if (error instanceof SweepqlError && signal.reason !== LEFT) tell({ type: "error", error });
    throw error;
  };
  return {
    client,
    message,
    options,
    signal,
    tell,
    failed,
    end: () => clearTimeout(timer),
  };
}

/** Asks, again where that may help. */
export async function repeat<T>(call: Call, ask: () => Promise<T>): Promise<T> {
  try {
    for (;;) {
      try {
        return await raced(ask(), call.signal);
      } catch (error) {
        await call.failed(error);
      }
    }
  } finally {
    call.end();
  }
}

/** Waits, until the signal is aborted at most. */
function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const over = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, milliseconds);
  });
  return raced(over, signal)
    .catch(() => undefined)
    .finally(() => clearTimeout(timer));
}
