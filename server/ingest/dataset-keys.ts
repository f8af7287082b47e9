import type { CurveRole } from "../../schema/catalogue.js";
import type { DatasetKeys } from "../../schema/fields.js";
import { isCounter, type Manifest, noteOf } from "../../schema/manifest.js";
import { DataFault } from "../errors.js";
import { bare, COSTS, SCHEDULES } from "./key-names.js";
import type { DataFile } from "./discover.js";
import type { Layout } from "./layout.js";
import { curveColumns } from "./stage.js";

/**
 * The keys that a file's layout has, with the role of each curve column: the manifest's, else by its name.
 * @throws DataFault where a manifest gives one name to two keys of the file.
 */
export function datasetKeys(
  { path: file, name }: DataFile,
  layout: Layout,
  manifest: Manifest | null,
): DatasetKeys {
  refuseSharedNames(
    file,
    "hyperparameters",
    layout.scalars.map(({ original }) => original),
    manifest,
  );
  refuseSharedNames(file, "metrics", curveColumns(layout), manifest);
  return {
    name,
    manifest,
    hyperparameters: layout.scalars.map(({ original, type, beside }) => ({ original, type, beside })),
    curve: [
      { original: layout.axis.original, role: "axis" },
      ...curveColumns(layout).map((original) => ({
        original,
        role: documentedRole(manifest, original) ?? roleByName(original),
      })),
    ],
  };
}

function documentedRole(manifest: Manifest | null, original: string): CurveRole | undefined {
  const note = noteOf(manifest?.metrics, original);
  if (note?.role !== undefined) return note.role;
  if (manifest && isCounter(manifest, original)) return "cost";
  return note && "metric";
}

function roleByName(original: string): Exclude<CurveRole, "axis"> {
  const last = bare(original.split(/[./]/).at(-1) ?? original);
  if (SCHEDULES.includes(last)) return "schedule";
  return COSTS.some((name) => last.includes(name)) ? "cost" : "metric";
}

function refuseSharedNames(
  file: string,
  section: "hyperparameters" | "metrics",
  originals: readonly string[],
  manifest: Manifest | null,
): void {
  const named = new Map<string, string>();
  for (const original of originals) {
    const name = noteOf<{ name?: string }>(manifest?.[section], original)?.name;
    const other = name === undefined ? undefined : named.get(name);
    if (name !== undefined && other !== undefined) {
      throw new DataFault(
        `${file}: the manifest \`${manifest?.name ?? ""}\` names both ${section}.${other} and ${section}.${original} \`${name}\`; a name must be of one key.`,
      );
    }
    if (name !== undefined) named.set(name, original);
  }
}
