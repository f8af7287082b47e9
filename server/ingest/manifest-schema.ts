import { z } from "zod";
import { isGraphqlName } from "../../schema/naming.js";

const text = z.string().min(1);
const graphqlName = z.string().refine(isGraphqlName, {
  error: "a GraphQL name: letters, digits and underscores, no digit first, not beginning with `__`",
});
const bounds = { lower: z.number(), upper: z.number() };

const distribution = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.enum(["uniform", "discrete-uniform"]), ...bounds }),
  z.strictObject({
    kind: z.literal("log-uniform"),
    lower: z.number().positive(),
    upper: z.number().positive(),
  }),
  z.strictObject({
    kind: z.literal("choice"),
    values: z.array(z.union([z.number(), z.string(), z.boolean()])).min(1),
  }),
  z.strictObject({ kind: z.literal("derived"), formula: text }),
]);

const hyperparameterNote = z.strictObject({
  type: z.enum(["integer", "float", "boolean", "string"]).exactOptional(),
  role: z.enum(["searched", "fixed", "seed", "label"]).exactOptional(),
  unit: text.exactOptional(),
  description: text.exactOptional(),
  distribution: distribution.exactOptional(),
  name: graphqlName.exactOptional(),
});

const metricNote = z.strictObject({
  role: z.enum(["metric", "cost", "schedule"]).exactOptional(),
  goal: z.enum(["minimize", "maximize"]).exactOptional(),
  unit: text.exactOptional(),
  description: text.exactOptional(),
  split: text.exactOptional(),
  quantity: text.exactOptional(),
  weightAveraged: z.boolean().exactOptional(),
  lowerBound: z.number().exactOptional(),
  upperBound: z.number().exactOptional(),
  name: graphqlName.exactOptional(),
});

const datasetNote = z.strictObject({
  match: text,
  kind: z.enum(["tuning", "residual"]),
  model: text.exactOptional(),
  description: text.exactOptional(),
  replicates: z.int().positive().exactOptional(),
  blockQuantiles: z.array(z.number().min(0).max(1)).exactOptional(),
  tuningDataset: text.exactOptional(),
});

/** A user's manifest as it may be written: everything is optional, nothing else is allowed. */
export const manifestSchema = z.strictObject({
  name: text.exactOptional(),
  model: text.exactOptional(),
  task: text.exactOptional(),
  description: text.exactOptional(),
  attribution: text.exactOptional(),
  citation: text.exactOptional(),
  licence: text.exactOptional(),
  requiredKeys: z.array(text).exactOptional(),
  failureFlag: text.exactOptional(),
  completeAt: z.strictObject({ hyperparameter: text, minus: z.number().exactOptional() }).exactOptional(),
  axis: z
    .strictObject({ key: text, unit: text.exactOptional(), description: text.exactOptional() })
    .exactOptional(),
  clock: z
    .union([z.strictObject({ elapsed: text }), z.strictObject({ trainEnd: text, evalEnd: text })], {
      error: "either {elapsed: key}, or {trainEnd: key, evalEnd: key}",
    })
    .exactOptional(),
  tokens: text.exactOptional(),
  hyperparameters: z.record(text, hyperparameterNote).exactOptional(),
  metrics: z.record(text, metricNote).exactOptional(),
  datasets: z.array(datasetNote).exactOptional(),
  sequenceLength: z.int().positive().exactOptional(),
  vocabularySize: z.int().positive().exactOptional(),
  schedule: text.exactOptional(),
  weightAveraging: text.exactOptional(),
  evaluationInterval: z.number().positive().exactOptional(),
  modelSizes: z
    .array(
      z.strictObject({
        parameters: text,
        parameterCount: z.int().positive(),
        nEmbd: z.int().positive(),
        nLayer: z.int().positive(),
        nHead: z.int().positive(),
      }),
    )
    .exactOptional(),
  curve: z
    .strictObject({ key: text.exactOptional(), columns: z.array(text).exactOptional() })
    .exactOptional(),
});

/** Keys of the notes in a manifest's sections. */
export const noteKeys: Readonly<Record<string, readonly string[]>> = {
  hyperparameters: Object.keys(hyperparameterNote.shape),
  metrics: Object.keys(metricNote.shape),
  datasets: Object.keys(datasetNote.shape),
};

/** A user's manifest, checked. */
export type UserManifest = z.infer<typeof manifestSchema>;
