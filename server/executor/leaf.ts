import { type GraphQLLeafType, isEnumType } from "graphql";

/** A value that is not null as JSON carries it. @throws where the type does not allow it. */
export type Serialize = (value: unknown) => unknown;

/** How values of a scalar or enum are written. */
export interface LeafWriter {
  readonly serialize: Serialize;
  /** The JSON of a value that brings it along; null where values of the type do not. */
  readonly text: ((value: unknown) => string) | null;
}

export const leafWriter = (type: GraphQLLeafType): LeafWriter => ({
  serialize: serializer(type),
  text: (type.extensions["text"] as LeafWriter["text"] | undefined) ?? null,
});

/** What a scalar or enum makes of its values: what its `serialize` does, for common values at once. */
function serializer(type: GraphQLLeafType): Serialize {
  const generic: Serialize = (value) => {
    const serialized: unknown = type.serialize(value);
    if (serialized === null || serialized === undefined)
      throw new TypeError(`${type.name} cannot represent a value.`);
    return serialized;
  };
  if (isEnumType(type)) {
    const names = new Map(type.getValues().map(({ name, value }) => [value as unknown, name]));
    return (value) => names.get(value) ?? generic(value);
  }
  switch (type.name) {
    case "Float":
      return (value) => (Number.isFinite(value) ? value : generic(value));
    case "Int":
      return (value) => (typeof value === "number" && (value | 0) === value ? value : generic(value));
    case "Boolean":
      return (value) => (typeof value === "boolean" ? value : generic(value));
    case "String":
    case "ID":
      return (value) => (typeof value === "string" ? value : generic(value));
    default:
      return generic;
  }
}
