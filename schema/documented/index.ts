import type { Catalogue } from "../catalogue.js";
import { mergeFields } from "../fields.js";
import type { Manifest } from "../manifest.js";
import { deberta } from "./deberta.js";
import { llama } from "./llama.js";
import { vision } from "./vision.js";

/** The families that need no manifest of the user's. */
export const documentedManifests: readonly Manifest[] = [llama, vision, deberta];

/** The first of the built-in manifests whose required keys a file has all of (nested keys joined by a dot). */
export function matchManifest(keys: ReadonlySet<string>): Manifest | null {
  return documentedManifests.find(({ requiredKeys }) => requiredKeys.every((key) => keys.has(key))) ?? null;
}

/** The catalogue of a family's manifest, without datasets: what its schema is printed from. */
export function documentedCatalogue(manifest: Manifest): Catalogue {
  const { hyperparameters, curveFields } = mergeFields([
    {
      name: manifest.name,
      manifest,
      hyperparameters: Object.entries(manifest.hyperparameters).map(([original, note]) => ({
        original,
        type: note.type ?? "integer",
      })),
      curve: [
        ...(manifest.axis ? [{ original: manifest.axis.key, role: "axis" as const }] : []),
        ...Object.entries(manifest.metrics).map(([original, note]) => ({
          original,
          role: note.role ?? ("metric" as const),
        })),
      ],
    },
  ]);
  return { version: "", datasets: [], hyperparameters, curveFields };
}

export { deberta, llama, vision };
