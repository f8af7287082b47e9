import type { Role } from "../../schema/catalogue.js";
import { bare } from "./curve-layout.js";
import type { HyperparameterStatistics } from "./hyperparameter-statistics.js";
import type { StagedFile } from "./read-file.js";

const SEEDS = /seed$|^randomstate$|^rng/;

/** Keys that name or annotate a run wherever they stand. */
const LABELS = [
  "id",
  "runid",
  "trial",
  "trialid",
  "trialnumber",
  "run",
  "runname",
  "name",
  "uuid",
  "host",
  "hostname",
  "timestamp",
  "date",
  "createdat",
  "startedat",
  "user",
  "commit",
  "gitsha",
  "group",
  "tags",
  "notes",
  "state",
  "status",
];

/** The role of each scalar of each file, in their order: the manifest's; else by its name; else whether it varies in any file with the same keys. */
export function assignRoles(
  files: readonly { readonly staged: StagedFile; readonly statistics: readonly HyperparameterStatistics[] }[],
): Role[][] {
  const varying = new Map<string, Set<string>>();
  const familyOf = ({ layout }: StagedFile): string =>
    JSON.stringify(layout.scalars.map(({ original }) => original).sort());
  for (const { staged, statistics } of files) {
    const family = familyOf(staged);
    const names = varying.get(family) ?? new Set();
    staged.layout.scalars.forEach(({ original }, index) => {
      if ((statistics[index]?.distinctCount ?? 0) > 1) names.add(original);
    });
    varying.set(family, names);
  }
  return files.map(({ staged }) =>
    staged.layout.scalars.map(({ original, beside }): Role => {
      const documented = staged.manifest?.hyperparameters[original]?.role;
      if (documented !== undefined) return documented;
      const name = bare(original.split(".").at(-1) ?? original);
      if (SEEDS.test(name)) return "seed";
      if (beside || LABELS.includes(name)) return "label";
      return varying.get(familyOf(staged))?.has(original) ? "searched" : "fixed";
    }),
  );
}
