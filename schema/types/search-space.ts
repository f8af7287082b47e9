import type { GoodnessOfFit } from "../analyses.js";
import type { Builder } from "../builder.js";
import type { Dataset, DatasetHyperparameter, Distribution } from "../catalogue.js";
import type { Context } from "../context.js";
import { limits } from "../limits.js";
import { ofDataset } from "../of-dataset.js";
import { columnKey, type RunColumn } from "../plan.js";
import type { StoredValue } from "../store.js";
import type { Refs } from "./refs.js";

interface Dimension {
  readonly info: DatasetHyperparameter;
  readonly values: readonly (number | string | boolean)[];
  readonly distribution: Distribution | null;
  readonly documented: boolean;
}

/** `Dataset.searchSpace`: what was searched, as documented or inferred, against what was drawn. */
export function defineSearchSpace(builder: Builder, refs: Refs): void {
  const test = builder.enumType("GoodnessOfFitTest", {
    description: "How drawn values are held against a distribution.",
    values: {
      KOLMOGOROV_SMIRNOV: {
        value: "KOLMOGOROV_SMIRNOV",
        description: "Greatest distance of the cdfs; exact p-value.",
      },
      CHI_SQUARE: { value: "CHI_SQUARE", description: "Pearson's, for values that are few or whole." },
    } as const,
  });
  const goodness = builder.objectRef<GoodnessOfFit>("GoodnessOfFit").implement({
    description: "A test of drawn values against the distribution that they should come from.",
    fields: (t) => ({
      test: t.field({ type: test, description: "Which test.", resolve: (it) => it.test }),
      valueCount: t.int({ description: "How many values were drawn.", resolve: (it) => it.n }),
      statistic: t.exposeFloat("statistic", {
        description: "The greatest distance of the cdfs, or Pearson's chi-square.",
      }),
      degreesOfFreedom: t.exposeInt("degreesOfFreedom", {
        nullable: true,
        description: "Of chi-square; null for Kolmogorov-Smirnov.",
      }),
      pValue: t.exposeFloat("pValue", {
        description:
          "Probability of a statistic at least as large, if the distribution is right. Meaningless where it was inferred from the same values, other than as a warning.",
      }),
      outsideCount: t.int({
        description: "How many values the distribution cannot give.",
        resolve: (it) => it.outside,
      }),
    }),
  });
  const dimension = builder.objectRef<Dimension>("SearchDimension").implement({
    description: "A searched hyperparameter: how its values were drawn, and what came of it.",
    fields: (t) => ({
      hyperparameter: t.field({
        type: refs.hyperparameterInfo,
        description: "The hyperparameter, with the range found.",
        resolve: (it) => it.info,
      }),
      distribution: t.field({
        type: refs.searchDistribution,
        nullable: true,
        description:
          "The documented distribution; where none is, the simplest that the values may come from; null where none comes near.",
        resolve: (it) => it.distribution,
      }),
      documented: t.exposeBoolean("documented", {
        description: "Whether the distribution is documented, not inferred.",
      }),
      goodnessOfFit: t.field({
        type: goodness,
        nullable: true,
        description:
          "The drawn values (one a configuration) against the distribution; null where it gives no cdf.",
        resolve: ({ values, distribution }, _, context) =>
          distribution ? context.analyses.goodnessOfFit(values, distribution, context.signal) : null,
      }),
    }),
  });
  builder.objectField(refs.dataset, "searchSpace", (t) =>
    t.field({
      type: [dimension],
      description:
        "The searched hyperparameters: documented or inferred distribution, and goodness of fit. Each configuration counts once.",
      resolve: (dataset, _, context) => dimensionsOf(dataset, context),
    }),
  );
}

async function dimensionsOf(dataset: Dataset, context: Context): Promise<Dimension[]> {
  const searched = dataset.hyperparameters.filter(({ role }) => role === "searched");
  const configuration: RunColumn = { kind: "field", field: "configuration" };
  const columns = searched.map(({ hyperparameter }): RunColumn => ({
    kind: "value",
    measure: { kind: "hyperparameter", hyperparameter },
  }));
  const where = ofDataset(dataset);
  const read = await context.store.values(
    { columns: [configuration, ...columns], where, maxRuns: limits.maxAnalysedRuns },
    context.signal,
  );
  const firsts = firstOfEach(read.values.get("configuration") ?? []);
  const dimensions = searched.map(async (info, index): Promise<Dimension> => {
    const all = read.values.get(columnKey(columns[index] as RunColumn)) ?? [];
    const values = firsts
      .map((place) => all[place])
      .filter(
        (value): value is number | string | boolean =>
          value !== null && value !== undefined && !Number.isNaN(value),
      );
    return {
      info,
      values,
      distribution: info.distribution ?? (await context.analyses.inferDistribution(values, context.signal)),
      documented: info.distribution !== null,
    };
  });
  return Promise.all(dimensions);
}

function firstOfEach(values: readonly StoredValue[]): number[] {
  const seen = new Set<StoredValue>();
  return values.flatMap((value, index) => {
    if (seen.has(value)) return [];
    seen.add(value);
    return [index];
  });
}
