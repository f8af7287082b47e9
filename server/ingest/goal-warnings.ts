import type { Fields } from "../../schema/fields.js";
import { noteOf } from "../../schema/manifest.js";
import type { ReadFile } from "./reading.js";
import { curveColumns } from "./stage.js";

/** Metrics whose goal only another dataset names, or names otherwise. */
export function goalWarnings({ layout, manifest }: ReadFile, fields: Fields): string[] {
  return curveColumns(layout).flatMap((original) => {
    const own = noteOf(manifest?.metrics, original)?.goal;
    const { goals } = fields.curveField(manifest, original);
    const other = goals.find(({ goal }) => goal !== own);
    if (!other) return [];
    if (goals.some(({ goal }) => goal !== other.goal)) {
      const each = goals.map(({ dataset, goal }) => `\`${dataset}\` (${goal})`).join(", ");
      return [
        `the goal of \`${original}\` differs between datasets, so that it has none: ${each}; correct one of them, or set metrics.${original}.name in a manifest, which makes it a metric of its own`,
      ];
    }
    return [
      `the goal of \`${original}\` (${other.goal}) is what the dataset \`${other.dataset}\` says, as no manifest names one here; metrics.${original}.name in a manifest makes it a metric of its own`,
    ];
  });
}
