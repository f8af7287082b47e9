import { type GraphQLLeafType, isEnumType } from "graphql";

/** The JSON text of a value that is not null. @throws where the type does not allow it. */
export type LeafText = (value: unknown) => string;

/** How values of a scalar or enum are written: what `serialize` and `JSON.stringify` make of them, for common ones at once. */
export function leafText(type: GraphQLLeafType): LeafText {
  const serialized = (value: unknown): string => {
    const text = JSON.stringify(type.serialize(value)) as string | undefined;
    if (text === undefined || text === "null") throw new TypeError(`${type.name} cannot represent a value.`);
    return text;
  };
  if (isEnumType(type)) {
    const names = new Map(
      type.getValues().map(({ name, value }) => [value as unknown, JSON.stringify(name)]),
    );
    return (value) => names.get(value) ?? serialized(value);
  }
  switch (type.name) {
    case "Float":
      return (value) =>
        typeof value === "number" && Number.isFinite(value) ? `${value}` : serialized(value);
    case "Int":
      return (value) => (typeof value === "number" && (value | 0) === value ? `${value}` : serialized(value));
    case "Boolean":
      return (value) => (typeof value === "boolean" ? `${value}` : serialized(value));
    case "String":
    case "ID":
      return (value) => (typeof value === "string" ? JSON.stringify(value) : serialized(value));
    default:
      return serialized;
  }
}
