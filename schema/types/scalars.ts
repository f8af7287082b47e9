import { GraphQLError, GraphQLScalarType, Kind } from "graphql";
import type { Builder } from "../builder.js";
import type { FloatList } from "../float-list.js";

/** Scalars beside GraphQL's own. */
export function defineScalars(builder: Builder): void {
  builder.scalarType("SafeInt", {
    description:
      "A whole number between −(2⁵³−1) and 2⁵³−1, carried as a JSON number: seeds and token counts exceed GraphQL's Int.",
    serialize: (value) => safeInt(value),
    parseValue: (value) => safeInt(value),
    parseLiteral: (node) =>
      safeInt(node.kind === Kind.INT ? Number(node.value) : "value" in node ? node.value : node.kind),
  });
  builder.addScalarType(
    "FloatList",
    new GraphQLScalarType<never, readonly (number | null)[]>({
      name: "FloatList",
      description:
        "A list of Floats as one leaf: a JSON array with one entry a point, null where the value is NaN, infinite or missing.",
      serialize: (value) => (value as FloatList).values(),
      // For our own executor: what an answer says of a value, written at once.
      extensions: { text: (value: FloatList) => value.text() },
    }),
  );
}

function safeInt(value: unknown): number {
  if (typeof value === "number" && Number.isSafeInteger(value)) return value;
  throw new GraphQLError(
    `SafeInt cannot represent ${JSON.stringify(value)}: a whole number of at most 53 bits is wanted.`,
  );
}
