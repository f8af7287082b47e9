import type { Role } from "../../schema/catalogue.js";
import { noteOf } from "../../schema/manifest.js";
import { bare, LABELS_ANYWHERE, LABELS_ON_TOP, NAME, SEEDS, TEXT_LABELS_ON_TOP } from "./key-names.js";
import type { HyperparameterStatistics } from "./hyperparameter-statistics.js";
import type { ScalarKey } from "./layout.js";
import type { ReadFile } from "./reading.js";

/** What is found of a key in all files with the same keys. */
interface Found {
  readonly varies: boolean;
  /** Whether, in one of the files at least, most runs have a value of their own. */
  readonly tellsApart: boolean;
}

/** The role of each scalar of each file, in their order: the manifest's; else by its name; else whether it varies in any file with the same keys. */
export function assignRoles(
  files: readonly { readonly read: ReadFile; readonly statistics: readonly HyperparameterStatistics[] }[],
): Role[][] {
  const families = new Map<string, Map<string, Found>>();
  const familyOf = ({ layout }: ReadFile): string =>
    JSON.stringify(layout.scalars.map(({ original }) => original).sort());
  for (const { read, statistics } of files) {
    const family = familyOf(read);
    const found = families.get(family) ?? new Map<string, Found>();
    read.layout.scalars.forEach(({ original }, index) => {
      const { distinctCount = 0, missingCount = 0 } = statistics[index] ?? {};
      const before = found.get(original);
      found.set(original, {
        varies: (before?.varies ?? false) || distinctCount + Math.min(missingCount, 1) > 1,
        tellsApart: (before?.tellsApart ?? false) || distinctCount * 2 > read.keptRows.all,
      });
    });
    families.set(family, found);
  }
  return files.map(({ read }) =>
    read.layout.scalars.map((scalar): Role => {
      const documented = noteOf(read.manifest?.hyperparameters, scalar.original)?.role;
      if (documented !== undefined) return documented;
      const found = families.get(familyOf(read))?.get(scalar.original);
      if (SEEDS.test(lastKey(scalar))) return "seed";
      if (scalar.beside || isLabel(scalar, found?.tellsApart ?? false)) return "label";
      return found?.varies ? "searched" : "fixed";
    }),
  );
}

/** Whether a key without a documented role is a hyperparameter though a label's name: a `name` that many runs share. */
export const isSharedName = (scalar: ScalarKey, role: Role): boolean =>
  isOwnText(scalar) && lastKey(scalar) === NAME && role === "searched";

function isLabel(scalar: ScalarKey, tellsApart: boolean): boolean {
  // What a run measured is its own; a list of layers, or of phases, comes back in other runs.
  if (scalar.curveLike && tellsApart) return true;
  const key = lastKey(scalar);
  if (LABELS_ANYWHERE.includes(key)) return true;
  if (isOwn(scalar) && LABELS_ON_TOP.includes(key)) return true;
  return isOwnText(scalar) && (TEXT_LABELS_ON_TOP.includes(key) || (key === NAME && tellsApart));
}

/** The last key of the path, some of whose keys may be joined by dots already. */
const lastKey = ({ original }: ScalarKey): string => bare(original.split(".").at(-1) ?? original);

/** Whether it stands on top of the line, or of the object of hyperparameters. */
const isOwn = ({ original }: ScalarKey): boolean => !original.includes(".");

const isOwnText = (scalar: ScalarKey): boolean => isOwn(scalar) && scalar.type === "string";
