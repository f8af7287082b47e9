import {
  buildASTSchema,
  type ConstValueNode,
  type GraphQLSchema,
  isEnumType,
  Kind,
  parse,
  print,
  printSchema,
  type StringValueNode,
  type TypeNode,
  visit,
} from "graphql";

/**
 * The same schema, with descriptions as editors need them: a type of literals can carry none for each, so
 * that an enum's own lists its values, and what takes one names it; and defaults are told in words.
 */
export function describedSchema(schema: GraphQLSchema): GraphQLSchema {
  const described = visit(parse(printSchema(schema)), {
    InputValueDefinition: (node) => {
      const text = withDefault(node.description?.value, node.defaultValue);
      return { ...node, description: value(withEnum(schema, text, node.type)) };
    },
    EnumTypeDefinition: (node) => {
      const values = (node.values ?? []).map(
        ({ name, description }) => `- \`${name.value}\`${description ? `: ${description.value}` : ""}`,
      );
      return {
        ...node,
        description: value([node.description?.value ?? node.name.value, "", ...values].join("\n")),
        values: node.values?.map((one) => ({ ...one, description: undefined })),
      };
    },
  });
  return buildASTSchema(described);
}

/** A description that tells this default, and no other. */
export function withDefault(text: string | null | undefined, given: ConstValueNode | undefined): string {
  const description = text ?? "";
  if (!given) return description;
  const printed = print(given);
  const told = `Default: ${/^[\w.]+$/.test(printed) ? printed : `\`${printed}\``}.`;
  // To the end of its sentence: a number's own point is followed by a digit.
  const other = /Default: [^]*?\.(?=\s|$)/;
  if (other.test(description)) return description.replace(other, told);
  const [words = "", ...links] = description.split(/(?=\{@link )/);
  return [words.trim(), told, ...links].filter((part) => part !== "").join(" ");
}

/** A description that names the enum whose values are taken. */
export function withEnum(schema: GraphQLSchema, text: string, type: TypeNode): string {
  const name = nameOf(type);
  return isEnumType(schema.getType(name)) ? `${text} {@link ${name}} lists the values.`.trim() : text;
}

const nameOf = (type: TypeNode): string =>
  type.kind === Kind.NAMED_TYPE ? type.name.value : nameOf(type.type);

const value = (text: string): StringValueNode | undefined =>
  text === "" ? undefined : { kind: Kind.STRING, value: text };
