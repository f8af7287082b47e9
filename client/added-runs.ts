import { type Client, optionsOf } from "./client.js";
import { ending } from "./ending.js";
import { QueryError } from "./errors.js";
import { follow, type Told } from "./follow.js";
import {
  type RunFieldsFragment,
  type RunFilter,
  RunsAddedDocument,
  RunsDocument,
  type RunsQueryVariables,
} from "./generated/operations.js";
import type { ClientOptions, PageOptions, SubscribeOptions } from "./options.js";
import { paginate } from "./paginate.js";
import { send } from "./send.js";

/** What may be said where added runs are followed. */
export interface AddedRunsOptions extends SubscribeOptions, PageOptions {
  /**
   * The last line that is known of each dataset, by its name: what comes beyond it is told, and all of
   * datasets that are not named here. Default: what is served at the beginning is known.
   */
  readonly seen?: Readonly<Record<string, number>> | undefined;
}

/** The datasets that are served, with the last line of each: of any schema, and of one version of the data. */
const LAST_LINES = "query LastLines { datasets { name runs(last: 1) { nodes { line } } } }";

interface LastLines {
  readonly datasets: readonly {
    readonly name: string;
    readonly runs: { readonly nodes: readonly { readonly line: number }[] };
  }[];
}

/**
 * Runs whose lines come at the end of files, or with new files, as soon as they are served: each once,
 * in order of dataset and line. It goes on from where it was after a lost connection, a restart of the
 * server, or data that bring other fields. It goes by line: of a file that is replaced by another, only
 * lines beyond the last one told are, as they come. `changedDatasets` says when that happens.
 * @throws as `subscribe` does, where a connection cannot be made again.
 */
export const addedRuns = (
  client: Client,
  where: RunFilter = {},
  options: AddedRunsOptions = {},
): AsyncGenerator<RunFieldsFragment, void, undefined> =>
  ending(options.signal, async function* (signal) {
    let left = options.limit ?? Infinity;
    if (left <= 0) return;
    for await (const run of follow(
      client,
      RunsAddedDocument,
      // One run an event is enough: events say that runs came, and are followed by a query for which.
      { where, first: 1 },
      { ...options, signal },
      tellerOf(optionsOf(client), where, options),
      true,
    )) {
      yield run;
      left -= 1;
      if (left <= 0) return;
    }
  });

/** Asks, at every event and connection, for what lies beyond the lines that were told. */
function tellerOf(
  known: ClientOptions,
  where: RunFilter,
  { seen, limit, pageSize = 1000, ...options }: AddedRunsOptions,
): Told<RunFieldsFragment> {
  let lines = seen && new Map(Object.entries(seen));
  return async function* (_, signal) {
    // Whatever may pass is tried again by connecting again, from where it was.
    const asked = { ...options, signal, retry: false } as const;
    for (let again = false; ; again = true)
      try {
        const { datasets } = (await send(known, LAST_LINES, {}, asked)) as LastLines;
        const served = datasets.map(({ name, runs }) => [name, runs.nodes[0]?.line ?? 0] as const);
        if (!lines) {
          lines = new Map(served);
          return;
        }
        const grown: RunFilter[] = [];
        for (const [name, line] of served) {
          const told = lines.get(name) ?? 0;
          if (line > told) grown.push({ dataset: { eq: name }, line: { gt: told } });
        }
        if (grown.length === 0) return;
        const page = (variables: unknown) => send(known, RunsDocument, variables, asked);
        const variables: RunsQueryVariables = { where: { and: [where, { or: grown }] } };
        const rows = paginate(page, variables, { limit, pageSize, signal }, "Runs");
        for await (const run of rows as AsyncIterable<RunFieldsFragment>) {
          lines.set(run.dataset.name, run.line);
          yield run;
        }
        return;
      } catch (error) {
        // A file that was removed, or data that were replaced, after the datasets were asked for.
        const raced = error instanceof QueryError && /^(UNKNOWN_NAME|STALE_CURSOR)$/.test(error.code ?? "");
        if (again || !raced) throw error;
      }
  };
}
