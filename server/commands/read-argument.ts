import { readFile } from "node:fs/promises";
import { text } from "node:stream/consumers";
import { ConfigurationFault } from "../errors.js";

/** The query's text: the argument itself where it has a brace, else standard input (`-`) or a file. */
export async function readQuery(argument: string): Promise<string> {
  if (argument.includes("{")) return argument;
  if (argument === "-") return text(process.stdin);
  return readArgumentFile(argument, "the query", "a query has braces: { datasets { name } }");
}

/** Variables: JSON where the argument begins with a brace, else a file of it. */
export async function readVariables(argument: string | undefined): Promise<Record<string, unknown>> {
  if (argument === undefined) return {};
  const inline = argument.trimStart().startsWith("{");
  const content = inline
    ? argument
    : await readArgumentFile(argument, "--variables", 'JSON begins with a brace: {"first": 10}');
  let value: unknown;
  try {
    value = JSON.parse(content);
  } catch (error) {
    throw new ConfigurationFault([
      `--variables: ${inline ? "" : `${argument}: `}not JSON: ${(error as Error).message}.`,
    ]);
  }
  if (typeof value === "object" && value !== null && !Array.isArray(value))
    return value as Record<string, unknown>;
  throw new ConfigurationFault([
    `--variables: ${JSON.stringify(value)} is not allowed; an object of values by name is wanted.`,
  ]);
}

async function readArgumentFile(path: string, role: string, hint: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? "";
    const why =
      code === "ENOENT"
        ? "no such file"
        : code === "EISDIR"
          ? "it is a folder"
          : `it cannot be read (${code})`;
    throw new ConfigurationFault([`${role}: ${JSON.stringify(path)}: ${why}; ${hint}.`]);
  }
}
