import { dataOf } from "./answer.js";
import type { Call } from "./call.js";
import { HttpError } from "./errors.js";
import { type Posted, post } from "./post.js";

/** An answer whose body is read as it comes. */
export interface Streamed extends Posted {
  readonly stream: Response & { readonly body: ReadableStream<Uint8Array> };
}

/** Sends a request once, for an answer that is a stream. @throws what it is in place of one. */
export async function stream(
  call: Call,
  accept: string,
  isWanted: (response: Response) => boolean,
): Promise<Streamed> {
  const posted = await post(call, accept, (response) => response.body !== null && isWanted(response));
  if (posted.stream) return posted as Streamed;
  const { operation } = call.message;
  dataOf(operation, posted);
  throw new HttpError(operation, posted.status, posted.blot(posted.text).slice(0, 1000), posted.retryAfter);
}
