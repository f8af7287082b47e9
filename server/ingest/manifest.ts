import { matchManifest } from "../../schema/documented/index.js";
import { unknownKeys } from "./unknown-keys.js";
import type { Layout } from "./layout.js";
import type { Manifest } from "../../schema/manifest.js";
import type { DataFile } from "./discover.js";
import { readManifest } from "./manifest-file.js";
import { fileManifests, folderManifests } from "./manifest-paths.js";
import type { UserManifest } from "./manifest-schema.js";

/** The manifests that lie beside the files of one load. */
export interface Manifests {
  /**
   * What documents the file: the built-in manifest that its keys match, under the folder's, under the
   * file's own; null where there is none of them.
   */
  forFile(file: DataFile, keys: ReadonlySet<string>): Manifest | null;
  /** What the user's manifests say of keys that the file does not have, in words. */
  unknownKeys(file: DataFile, layout: Layout): string[];
}

/**
 * Reads the manifests that lie beside the files: `sweepql.json` (or `.yaml`, `.yml`) in the data
 * folder, `<dataset>.manifest.json` beside a file.
 * @throws DataFault where one of them cannot be used.
 */
export async function loadManifests(files: readonly DataFile[]): Promise<Manifests> {
  const ofFolder = new Map<string, UserManifest | null>();
  const ofFile = new Map<DataFile, UserManifest | null>();
  for (const file of files) {
    if (!ofFolder.has(file.folder)) {
      ofFolder.set(file.folder, await readManifest(folderManifests(file)));
    }
    ofFile.set(file, await readManifest(fileManifests(file)));
  }
  const users = (file: DataFile): UserManifest[] =>
    [ofFolder.get(file.folder), ofFile.get(file)].filter((manifest) => manifest != null);
  return {
    forFile: (file, keys) =>
      users(file)
        .filter(({ requiredKeys }) => (requiredKeys ?? []).every((key) => keys.has(key)))
        .reduce<Manifest | null>(overlay, matchManifest(keys)),
    unknownKeys: (file, layout) => users(file).flatMap((manifest) => unknownKeys(manifest, layout)),
  };
}

/** The user's word over another's, key by key; what it says of one hyperparameter or metric adds to what the other says. */
function overlay(under: Manifest | null, { datasets, ...user }: UserManifest): Manifest {
  const base: Manifest = under ?? { name: "user", requiredKeys: [], hyperparameters: {}, metrics: {} };
  return {
    ...base,
    ...user,
    requiredKeys: base.requiredKeys,
    hyperparameters: overlayNotes(base.hyperparameters, user.hyperparameters),
    metrics: overlayNotes(base.metrics, user.metrics),
    userDatasets: [...(datasets ?? []), ...(base.userDatasets ?? [])],
  };
}

const overlayNotes = <N extends object>(
  under: Readonly<Record<string, N>>,
  over: Readonly<Record<string, N>> = {},
): Record<string, N> => ({
  ...under,
  ...Object.fromEntries(Object.entries(over).map(([key, note]) => [key, { ...under[key], ...note }])),
});
