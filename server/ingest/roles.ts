import type { Role } from "../../schema/catalogue.js";
import { noteOf } from "../../schema/manifest.js";
import { bare, LABELS, SEEDS } from "./key-names.js";
import type { HyperparameterStatistics } from "./hyperparameter-statistics.js";
import type { ReadFile } from "./reading.js";

/** The role of each scalar of each file, in their order: the manifest's; else by its name; else whether it varies in any file with the same keys. */
export function assignRoles(
  files: readonly { readonly read: ReadFile; readonly statistics: readonly HyperparameterStatistics[] }[],
): Role[][] {
  const varying = new Map<string, Set<string>>();
  const familyOf = ({ layout }: ReadFile): string =>
    JSON.stringify(layout.scalars.map(({ original }) => original).sort());
  for (const { read, statistics } of files) {
    const family = familyOf(read);
    const names = varying.get(family) ?? new Set();
    read.layout.scalars.forEach(({ original }, index) => {
      const { distinctCount = 0, missingCount = 0 } = statistics[index] ?? {};
      if (distinctCount + Math.min(missingCount, 1) > 1) names.add(original);
    });
    varying.set(family, names);
  }
  return files.map(({ read }) =>
    read.layout.scalars.map(({ original, beside }): Role => {
      const documented = noteOf(read.manifest?.hyperparameters, original)?.role;
      if (documented !== undefined) return documented;
      const name = bare(original.split(".").at(-1) ?? original);
      if (SEEDS.test(name)) return "seed";
      if (beside || LABELS.includes(name)) return "label";
      return varying.get(familyOf(read))?.has(original) ? "searched" : "fixed";
    }),
  );
}
