import {
  type DocumentNode,
  getNamedType,
  type GraphQLArgument,
  type GraphQLInputField,
  type GraphQLSchema,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
  Kind,
  TypeInfo,
  type ValueNode,
  visit,
  visitWithTypeInfo,
} from "graphql";
import { docstring, saidOf } from "./comments.js";
import { withDefault, withEnum } from "./described-schema.js";
import type { ReadOperation } from "./read-documents.js";

/**
 * The generator of types prints no descriptions for what documents select, nor for their variables. It is
 * given documents whose names carry marks, and in what it prints the marks make way for docstrings.
 */

/** Documents with marked names, and how what is printed of them gets its docstrings. */
export interface DescribedMembers {
  readonly document: DocumentNode;
  describe(code: string): string;
}

/** Marks all fields and variables of a document that are described. */
export function describedMembers(
  schema: GraphQLSchema,
  document: DocumentNode,
  operations: readonly ReadOperation[],
): DescribedMembers {
  const texts: string[] = [];
  const mark = (name: string, text: string): string => {
    const known = texts.indexOf(text);
    return `${name}__described_${known < 0 ? texts.push(text) - 1 : known}`;
  };
  const uses = new Map(
    operations.map((one) => [one.operation.name?.value, variableDescriptions(schema, one.document)]),
  );
  const describe = descriptionsOfFields(schema, document);
  const types = new TypeInfo(schema);
  const marked = visit(
    document,
    visitWithTypeInfo(types, {
      Field: {
        leave: (node) => {
          const text = describe(types.getParentType()?.name ?? "", node.name.value);
          if (text === null) return undefined;
          const key = (node.alias ?? node.name).value;
          return { ...node, alias: { kind: Kind.NAME, value: mark(key, text) } as const };
        },
      },
      OperationDefinition: {
        leave: (node) => ({
          ...node,
          variableDefinitions: node.variableDefinitions?.map((one) => {
            const name = one.variable.name.value;
            const said = saidOf(one);
            const found =
              said === null ? uses.get(node.name?.value)?.get(name) : withEnum(schema, said, one.type);
            const text = withDefault(found, one.defaultValue);
            if (text === "") return one;
            const variable = { ...one.variable, name: { kind: Kind.NAME, value: mark(name, text) } } as const;
            return { ...one, variable };
          }),
        }),
      },
    }),
  );
  return {
    document: marked,
    describe: (code) =>
      code.replace(
        /^( *)((?:readonly )?\w+)__described_(\d+)(?=\??:)/gm,
        (_, indent: string, member: string, index: string) =>
          `${docstring(texts[Number(index)], indent)}${indent}${member}`,
      ),
  };
}

/**
 * Descriptions of fields by their type and name. A field that is selected by an interface somewhere is
 * described as there, so that it has one mark where both selections come together.
 */
function descriptionsOfFields(
  schema: GraphQLSchema,
  document: DocumentNode,
): (type: string, field: string) => string | null {
  const byInterface = new Map<string, string | null>();
  const types = new TypeInfo(schema);
  visit(
    document,
    visitWithTypeInfo(types, {
      Field: ({ name }) => {
        if (!isInterfaceType(types.getParentType()) || byInterface.has(name.value)) return;
        byInterface.set(name.value, types.getFieldDef()?.description ?? null);
      },
    }),
  );
  return (typeName, field) => {
    const type = schema.getType(typeName);
    // Names of the language itself are told apart by the generator, and stay.
    if (field.startsWith("__") || (!isObjectType(type) && !isInterfaceType(type))) return null;
    const shared = isInterfaceType(type) || type.getInterfaces().some((one) => field in one.getFields());
    if (shared && byInterface.has(field)) return byInterface.get(field) ?? null;
    return type.getFields()[field]?.description ?? null;
  };
}

/** What is said of an operation's variables where they are used: of an argument, if there is one. */
function variableDescriptions(schema: GraphQLSchema, document: DocumentNode): Map<string, string> {
  const ofArguments = new Map<string, string>();
  const ofFields = new Map<string, string>();
  const types = new TypeInfo(schema);
  const note = (
    into: Map<string, string>,
    value: ValueNode,
    input: GraphQLArgument | GraphQLInputField | null | undefined,
  ): void => {
    if (value.kind !== Kind.VARIABLE || !input?.description || into.has(value.name.value)) return;
    into.set(value.name.value, input.description);
  };
  visit(
    document,
    visitWithTypeInfo(types, {
      Argument: ({ value }) => note(ofArguments, value, types.getArgument()),
      ObjectField: ({ name, value }) => {
        const parent = getNamedType(types.getParentInputType());
        if (isInputObjectType(parent)) note(ofFields, value, parent.getFields()[name.value]);
      },
    }),
  );
  return new Map([...ofFields, ...ofArguments]);
}
