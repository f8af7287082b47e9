import type { Client } from "./client.js";
import type { GraphqlDocument } from "./document.js";
import { follow } from "./follow.js";
import type { SubscribeOptions } from "./options.js";

/**
 * What a subscription tells, as it comes, over server-sent events. A connection that is lost is made
 * again, with pauses that grow, ten times in a row unless `retry` says otherwise; so is one on which
 * nothing comes any more, not even the server's signs of life (`silence`). What came in between is
 * not told again by the server: `addedRuns` and `changedDatasets` make up for it. `timeout` does not apply.
 * @throws as `Client.request` does; a `QueryError` of code SCHEMA_CHANGED where the data bring other fields.
 */
export const subscribe = <Result, Variables>(
  client: Client,
  document: GraphqlDocument<Result, Variables>,
  variables?: NoInfer<Variables>,
  options: SubscribeOptions = {},
): AsyncGenerator<Result, void, undefined> =>
  // eslint-disable-next-line @typescript-eslint/require-await
  follow(client, document, variables, options, async function* (data) {
    if (data !== null) yield data as Result;
  });
