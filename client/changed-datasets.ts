import { type Client, optionsOf } from "./client.js";
import { follow } from "./follow.js";
import type { DatasetChangeKind } from "./generated/operations.js";
import type { SubscribeOptions } from "./options.js";
import { send } from "./send.js";

/** A dataset that is not what it was. */
export interface ChangedDataset {
  /**
   * What happened. Of what changed while no connection stood, nobody knows whether the lines before are
   * the same: it is `REPLACED`.
   */
  readonly change: DatasetChangeKind;
  readonly name: string;
  /** As it is served now; null where it was removed. */
  readonly dataset: DatasetVersion | null;
}

/** A dataset as it was at one time. */
export interface DatasetVersion {
  readonly id: string;
  readonly name: string;
  /** Hash of the file's content. */
  readonly version: string;
  readonly runCount: number;
  readonly pointCount: number;
  readonly divergedCount: number;
  readonly rejectedLineCount: number;
}

const FIELDS = "{ id name version runCount pointCount divergedCount rejectedLineCount }";
const NOW = `query DatasetVersions { datasets ${FIELDS} }`;
const CHANGES = `subscription ChangedDatasets { datasetChanged { change name dataset ${FIELDS} } }`;

/**
 * Datasets that are added, grow, are replaced or removed, as soon as that is served; and, after a lost
 * connection, a restart of the server or data that bring other fields, what changed in between.
 * @throws as `subscribe` does, where a connection cannot be made again.
 */
export function changedDatasets(
  client: Client,
  options: SubscribeOptions = {},
): AsyncGenerator<ChangedDataset, void, undefined> {
  let told: Map<string, string> | undefined;
  return follow(
    client,
    CHANGES,
    {},
    options,
    async function* (data, signal) {
      let changes: ChangedDataset[];
      if (data === null) {
        const asked = { ...options, signal, retry: false } as const;
        const { datasets } = (await send(optionsOf(client), NOW, {}, asked)) as {
          readonly datasets: readonly DatasetVersion[];
        };
        if (!told) {
          told = new Map(datasets.map(({ name, version }) => [name, version]));
          return;
        }
        changes = missed(told, datasets);
      } else changes = [(data as { readonly datasetChanged: ChangedDataset }).datasetChanged];
      for (const change of changes) {
        const { name, dataset } = change;
        // An event may tell of what was found missing before it.
        if (told?.get(name) === dataset?.version) continue;
        if (dataset) told?.set(name, dataset.version);
        else told?.delete(name);
        yield change;
      }
    },
    true,
  );
}

/** What is served otherwise than it was told. */
function missed(told: ReadonlyMap<string, string>, datasets: readonly DatasetVersion[]): ChangedDataset[] {
  const served = new Set(datasets.map(({ name }) => name));
  const removed = [...told.keys()].filter((name) => !served.has(name));
  return [
    ...datasets.map((dataset) => {
      const { name } = dataset;
      return { change: told.has(name) ? "REPLACED" : "ADDED", name, dataset };
    }),
    ...removed.map((name) => ({ change: "REMOVED", name, dataset: null })),
  ];
}
