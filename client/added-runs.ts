import type { Client } from "./client.js";
import {
  DatasetsDocument,
  type RunFieldsFragment,
  type RunFilter,
  RunsAddedDocument,
  RunsDocument,
} from "./generated/operations.js";
import type { PageOptions } from "./options.js";
import { signals } from "./subscribe.js";

/**
 * Runs whose lines come at the end of files, or with new files, as soon as they are served: each once,
 * in order of dataset and line. After a lost connection it goes on from where it was. It goes by line: of
 * a file that is replaced by another, only lines beyond the last one told are, as they come.
 * `DatasetChangedDocument` says when a file was `REPLACED`, and all of its runs are others.
 */
export async function* addedRuns(
  client: Client,
  where: RunFilter = {},
  options: PageOptions = {},
): AsyncGenerator<RunFieldsFragment, void, undefined> {
  const { limit = Infinity, pageSize = 1000, ...request } = options;
  /** The last line of each dataset that is known; null before the first connection. */
  let last: Map<string, number> | null = null;
  let left = limit;
  if (left <= 0) return;
  // One run an event is enough: events say that runs came, and are followed by a query for which.
  for await (const _ of signals(client, RunsAddedDocument, { where, first: 1 }, request)) {
    if (!last) {
      last = await lastLines(client, request);
      continue;
    }
    const known: [dataset: string, line: number][] = [...last];
    const added: RunFilter = {
      or: [
        ...known.map(([dataset, line]) => ({ dataset: { eq: dataset }, line: { gt: line } })),
        { dataset: { notIn: known.map(([dataset]) => dataset) } },
      ],
    };
    const rows = client.paginate(RunsDocument, { where: { and: [where, added] } }, { ...request, pageSize });
    for await (const run of rows) {
      last.set(run.dataset.name, run.line);
      yield run;
      left -= 1;
      if (left <= 0) return;
    }
  }
}

/** The last line of each dataset. */
async function lastLines(client: Client, options: PageOptions): Promise<Map<string, number>> {
  const { datasets } = await client.request(DatasetsDocument, {}, options);
  const lines = datasets.map(async ({ name }) => {
    const where = { dataset: { eq: name } };
    const { runs } = await client.request(RunsDocument, { where, last: 1 }, options);
    return [name, runs.nodes[0]?.line ?? 0] as const;
  });
  return new Map(await Promise.all(lines));
}
