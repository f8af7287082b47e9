import type { Layout } from "./layout.js";
import type { UserManifest } from "./manifest-schema.js";
import { curveColumns } from "./stage.js";

/** What a manifest says of keys that a file of the layout does not have, in words: what it says of them holds for nothing. */
export function unknownKeys(manifest: UserManifest, layout: Layout): string[] {
  const hyperparameters = new Set(layout.scalars.map(({ original }) => original));
  const metrics = new Set([...curveColumns(layout), layout.axis.original]);
  const absent = [
    ...Object.keys(manifest.hyperparameters ?? {}).filter((key) => !hyperparameters.has(key)),
    ...Object.keys(manifest.metrics ?? {}).filter((key) => !metrics.has(key)),
  ];
  const clock = Object.entries(manifest.clock ?? {}).map(([part, key]) => [`clock.${part}`, key] as const);
  const columns = [
    ...clock,
    ...(manifest.tokens === undefined ? [] : [["tokens", manifest.tokens] as const]),
  ];
  const numbers = layout.scalars.filter(({ type }) => type === "integer" || type === "float");
  const isAbsent = (key: string | undefined, keys: readonly string[]): key is string =>
    key !== undefined && layout.sources.length > 0 && !keys.includes(key);
  return [
    ...(absent.length > 0 ? [`documents ${absent.map(quoted).join(", ")}, which no line has`] : []),
    ...(isAbsent(manifest.axis?.key, axisKeys(layout))
      ? [
          `names ${quoted(manifest.axis?.key ?? "")} as axis.key, which no point has: ${
            hasAxis(layout)
              ? `${quoted(layout.axis.original)} is the axis`
              : "their positions from 1 stand for the axis"
          }`,
        ]
      : []),
    ...columns
      .filter(([, key]) => isAbsent(key, [...metrics]))
      .map(([path, key]) => `names ${quoted(key)} as ${path}, which no point has`),
    ...(manifest.failureFlag !== undefined && layout.failureFlag?.[0] !== manifest.failureFlag
      ? [`names ${quoted(manifest.failureFlag)} as failureFlag, which no line has as true or false`]
      : []),
    ...(isAbsent(
      manifest.completeAt?.hyperparameter,
      numbers.map(({ original }) => original),
    )
      ? [
          `names ${quoted(manifest.completeAt?.hyperparameter ?? "")} as completeAt.hyperparameter, which no line has as a number`,
        ]
      : []),
  ];
}

const quoted = (key: string): string => `\`${key}\``;

const hasAxis = ({ sources }: Layout): boolean => sources.every(({ axis }) => axis !== null);

/** Tuples have no names: what a manifest calls their first place is that place's name. */
const axisKeys = (layout: Layout): string[] => (hasAxis(layout) ? [layout.axis.original] : []);
