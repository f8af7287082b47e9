import { dataOf } from "./answer.js";
import { begin, repeat } from "./call.js";
import type { GraphqlDocument } from "./document.js";
import { messageOf } from "./message.js";
import { reviveNonFinite } from "./non-finite.js";
import type { ClientOptions, RequestOptions } from "./options.js";
import { post } from "./post.js";

const JSON_ANSWER = "application/graphql-response+json, application/json;q=0.9";

/** Sends a document, again where that may help, and returns the answer's data. */
export async function send(
  client: ClientOptions,
  document: GraphqlDocument<unknown, never>,
  variables: unknown,
  options: RequestOptions = {},
): Promise<unknown> {
  const message = messageOf(document, variables);
  const call = begin(client, message, options);
  const data = await repeat(call, async () => dataOf(message.operation, await post(call, JSON_ANSWER)));
  const revived = (options.nonFiniteAs ?? client.nonFiniteAs) === "number";
  return revived ? reviveNonFinite(data, message.query, variables) : data;
}
