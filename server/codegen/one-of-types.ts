import { type GraphQLInputObjectType, type GraphQLSchema, isInputObjectType } from "graphql";
import { docstring } from "./comments.js";

/**
 * Prints the types of which exactly one member is given as one alternative a member, every member of each
 * described, as editors offer all of them before one is chosen.
 */
export function describeOneOfTypes(schema: GraphQLSchema, code: string): string {
  return code.replace(
    /^export type (\w+) =\n( {2}\{[^]*?\});$/gm,
    (whole, name: string, alternatives: string) => {
      const type = schema.getType(name);
      if (!isInputObjectType(type) || !type.isOneOf) return whole;
      const types = new Map(
        Array.from(alternatives.matchAll(/readonly (\w+): ([^;]+);/g), ([, member = "", its = ""]) => [
          member,
          its,
        ]),
      );
      const printed = [...types.keys()].map((given) => alternative(type, given, types.get(given) ?? ""));
      return `export type ${name} =\n${printed.join("\n")};`;
    },
  );
}

function alternative(type: GraphQLInputObjectType, given: string, itsType: string): string {
  const members = Object.values(type.getFields()).map(
    ({ name, description }) =>
      `${docstring(description, "      ")}      readonly ${name}${name === given ? `: ${itsType}` : "?: never"};\n`,
  );
  return `  | {\n${members.join("")}    }`;
}
