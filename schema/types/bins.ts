import { limits } from "../limits.js";
import type { Builder } from "../builder.js";
import { badInput } from "../faults.js";
import type { BinRule, BinSpec, Scale } from "../plan.js";
import type { Bin, HistogramBin } from "../store.js";
import type { Enums } from "./enums.js";

export interface BinRuleInput {
  width?: number | null;
  count?: number | null;
  edges?: number[] | null;
  quantiles?: number | null;
}

/** `Bin`, `HistogramBin`, and the rule that cuts them. */
export function defineBins(builder: Builder, enums: Enums) {
  const bin = builder.objectRef<Bin>("Bin").implement({
    description: "A piece of a range. A value belongs to it by comparison with these very edges.",
    fields: (t) => ({
      index: t.exposeInt("index", { description: "From 0, in ascending order." }),
      lower: t.exposeFloat("lower", { nullable: true, description: "Null where the bin is open to −∞." }),
      upper: t.exposeFloat("upper", { nullable: true, description: "Null where the bin is open to +∞." }),
      lowerClosed: t.boolean({
        description: "Whether the lower edge belongs to the bin.",
        resolve: ({ lower }) => lower !== null,
      }),
      upperClosed: t.exposeBoolean("upperClosed", {
        description:
          "Whether the upper edge belongs to the bin: the last of bins that end at the greatest value.",
      }),
      scale: t.field({
        description: "The scale on which the range was cut.",
        type: enums.scale,
        resolve: (it) => it.scale,
      }),
    }),
  });
  const histogramBin = builder.objectRef<HistogramBin>("HistogramBin").implement({
    description: "A bin and how many finite values it holds.",
    fields: (t) => ({
      bin: t.field({ description: "The bin.", type: bin, resolve: (it) => it.bin }),
      count: t.exposeInt("count", { description: "How many finite values lie in it." }),
    }),
  });
  const rule = builder.inputType("BinRule", {
    isOneOf: true,
    description: `How a range is cut; at most ${limits.maxBins} bins.`,
    fields: (t) => ({
      width: t.float({
        description:
          "Edges at multiples of this; of so many decades where the scale is LOG10 (0.5: half-decades).",
      }),
      count: t.int({
        description:
          "So many bins of equal length (ratio, where LOG10) from the least to the greatest value.",
      }),
      edges: t.floatList({
        description:
          "These edges, ascending. Values below the first and from the last on get bins of their own, so that none is lost.",
      }),
      quantiles: t.int({ description: "So many bins of equal share; fewer where values repeat." }),
    }),
  });
  return { bin, histogramBin, rule };
}

export type Bins = ReturnType<typeof defineBins>;

/**
 * The cut that a rule names.
 * @throws a fault that names the argument, its value and what is allowed.
 */
export function toBinSpec(input: BinRuleInput, scale: Scale, path: string): BinSpec {
  return { rule: toRule(input, path), scale };
}

function toRule({ width, count, edges, quantiles }: BinRuleInput, path: string): BinRule {
  if (typeof width === "number") {
    if (!(width > 0 && width < Infinity))
      throw badInput(`${path}.width`, width, "a positive width is wanted");
    return { kind: "width", width };
  }
  if (typeof count === "number") return { kind: "count", count: binCount(count, `${path}.count`) };
  if (typeof quantiles === "number")
    return { kind: "quantiles", count: binCount(quantiles, `${path}.quantiles`) };
  const list = edges ?? [];
  if (list.length === 0 || list.length >= limits.maxBins) {
    throw badInput(`${path}.edges`, `${list.length} edges`, `1 to ${limits.maxBins - 1} are wanted`);
  }
  const infinite = list.findIndex((edge) => !Number.isFinite(edge));
  if (infinite >= 0)
    throw badInput(
      `${path}.edges[${infinite}]`,
      String(list[infinite]),
      "edges are finite; the bins beyond them are open",
    );
  const unordered = list.findIndex((edge, index) => index > 0 && edge <= (list[index - 1] as number));
  if (unordered >= 0)
    throw badInput(`${path}.edges[${unordered}]`, list[unordered], "each edge must exceed the one before");
  return { kind: "edges", edges: list };
}

function binCount(count: number, path: string): number {
  if (count < 1 || count > limits.maxBins)
    throw badInput(path, count, `1 to ${limits.maxBins} bins are allowed`);
  return count;
}
