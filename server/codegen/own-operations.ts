import { type GraphQLSchema, isObjectType } from "graphql";
import type { Catalogue } from "../../schema/catalogue.js";
import type { DocumentFile } from "./read-documents.js";

/**
 * Operations with the typed fields of the served data: every hyperparameter, and every metric, both at
 * its best and along the curve.
 */
export function ownOperations(schema: GraphQLSchema, catalogue: Catalogue): DocumentFile[] {
  const hyperparameters = fieldsOf(schema, "Hyperparameters");
  const columns = fieldsOf(schema, "CurveSeries").filter(
    (name) => !["metric", "metrics", "nonFinite"].includes(name),
  );
  const goals = goalsOf(catalogue);
  const texts = {
    "hyperparameters-fields": `fragment HyperparametersFields on Hyperparameters { ${hyperparameters.join(" ")} }`,
    "typed-runs": `
      # A page of runs, in either direction, with typed hyperparameters and the best of every metric that has one.
      query TypedRuns(
        $where: RunFilter $orderBy: [RunOrder!] $first: Int $after: String $last: Int $before: String
      ) {
        runs(where: $where, orderBy: $orderBy, first: $first, after: $after, last: $last, before: $before) {
          totalCount
          pageInfo { ...PageFields }
          nodes {
            id line dataset { id name } iteration diverged complete pointCount lastStep
            hyperparameters { ...HyperparametersFields }
            ${goals.map(({ alias, value }) => `${alias}: score(of: ${value}) { ...ScoreFields }`).join(" ")}
          }
        }
      }`,
    "typed-run-curve": `
      # A run's learning curve by column: a list a metric, with typed hyperparameters.
      query TypedRunCurve($dataset: String!, $line: Int!, $from: Float, $to: Float, $every: Int) {
        run(dataset: $dataset, line: $line) {
          id
          hyperparameters { ...HyperparametersFields }
          series(from: $from, to: $to, every: $every) {
            ${columns.join(" ")}
            nonFinite { index metric state }
          }
        }
      }`,
  };
  return Object.entries(texts).map(([name, text]) => ({ path: `sweepql's ${name}.graphql`, text }));
}

const fieldsOf = (schema: GraphQLSchema, name: string): string[] => {
  const type = schema.getType(name);
  return isObjectType(type) ? Object.keys(type.getFields()) : [];
};

/** The metrics that have a best, each with an alias that no field of a run has. */
function goalsOf({ datasets }: Catalogue): { alias: string; value: string }[] {
  const found = new Map<string, string>();
  for (const { metrics } of datasets)
    for (const { field } of metrics)
      if (field.goal)
        found.set(field.enumValue, `best${field.name.charAt(0).toUpperCase()}${field.name.slice(1)}`);
  return [...found].sort().map(([value, alias]) => ({ value, alias }));
}
