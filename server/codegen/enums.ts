import {
  type DocumentNode,
  getNamedType,
  type GraphQLSchema,
  isEnumType,
  TypeInfo,
  visit,
  visitWithTypeInfo,
} from "graphql";
import { docstring } from "./comments.js";

/** Enums that an answer may hold, with values that this client does not know: of newer servers. */
export function outputEnums(schema: GraphQLSchema, document: DocumentNode): Set<string> {
  const names = new Set<string>();
  const types = new TypeInfo(schema);
  visit(
    document,
    visitWithTypeInfo(types, {
      Field: () => {
        const type = getNamedType(types.getType());
        if (isEnumType(type)) names.add(type.name);
      },
    }),
  );
  return names;
}

/** Leaves those enums open to any string, editors still offering the known ones; closes the others, so that a slip in an argument does not compile. */
export function settleEnums(code: string, open: ReadonlySet<string>): string {
  return code.replace(
    /(export type (\w+) =(?:(?!export type )[^])*?)\n {2}\| '%future added value'/g,
    (_, values: string, name: string) => (open.has(name) ? `${values}\n  | (string & {})` : values),
  );
}

/** An object of each enum's values, for editors that show what each is: a type's values cannot carry that. */
export function enumValues(schema: GraphQLSchema, code: string): string {
  const blocks = Array.from(code.matchAll(/^export type (\w+) =/gm), ([, name = ""]) => {
    const type = schema.getType(name);
    if (!isEnumType(type)) return "";
    const values = type
      .getValues()
      .map((value) => `${docstring(value.description, "  ")}  ${value.name}: '${value.name}',\n`);
    return `/** The values of \`${name}\`, each by its name. */\nexport const ${name} = {\n${values.join("")}} as const;\n`;
  });
  return blocks.filter((block) => block !== "").join("\n");
}
