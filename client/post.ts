import type { Answer } from "./answer.js";
import type { Call } from "./call.js";
import { NetworkError } from "./errors.js";
import { headersOf } from "./headers.js";
import { readRetryAfter } from "./retry.js";

/** An answer that was read to its end; or one that is still to be read, whose text is empty. */
export interface Posted extends Answer {
  readonly stream: Response | null;
}

/** Sends a request once. @throws {NetworkError} where that fails, or the reading of its answer. */
export async function post(
  { client, message, options, signal, tell }: Omit<Call, "failed" | "end">,
  accept: string,
  isStream?: (response: Response) => boolean,
): Promise<Posted> {
  const { operation, body } = message;
  tell({ type: "request" });
  const start = performance.now();
  const { headers, blot } = await headersOf(client, options.headers, accept, operation);
  try {
    const response = await (client.fetch ?? fetch)(client.url, { method: "POST", headers, body, signal });
    const { status } = response;
    const stream = isStream?.(response) ? response : null;
    const text = stream ? "" : await response.text();
    tell({ type: "response", status, milliseconds: performance.now() - start });
    const retryAfter = readRetryAfter(response.headers.get("retry-after"));
    return { status, retryAfter, text, blot, stream };
  } catch (error) {
    throw networkError(operation, error);
  }
}

/** What a platform's error becomes. Only its name and its code are no one's secret. */
export function networkError(operation: string | null, error: unknown): NetworkError {
  const { cause } = Object(error) as { readonly cause?: unknown };
  // `fetch` says only that it failed; its cause says why.
  const { name, code } = Object(cause ?? error) as Record<string, unknown>;
  const told = { name: wordOf(name), code: wordOf(code) };
  return new NetworkError(operation, told.code ?? told.name ?? "unknown", told);
}

const wordOf = (value: unknown): string | null =>
  typeof value === "string" && /^\w{1,40}$/.test(value) ? value : null;
