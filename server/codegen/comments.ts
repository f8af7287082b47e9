import { type ASTNode, type StringValueNode, TokenKind } from "graphql";

/** A docstring of TypeScript, in one line, or in as many as the text has; none where there is no text. */
export function docstring(text: string | null | undefined, indent = ""): string {
  const lines = (text ?? "")
    .trim()
    .replaceAll("*/", "*\\/")
    .split("\n")
    .map((line) => line.replaceAll(/\s+/g, " ").trimEnd());
  if (lines.length === 1) return lines[0] === "" ? "" : `${indent}/** ${lines[0]} */\n`;
  return `${indent}/**\n${lines.map((line) => `${indent} *${line && ` ${line}`}\n`).join("")}${indent} */\n`;
}

/** What is said of an operation or a variable where it is defined: its description, or the comment just above it. */
export function saidOf(node: ASTNode & { readonly description?: StringValueNode }): string | null {
  if (node.description) return node.description.value;
  const lines: string[] = [];
  let token = node.loc?.startToken;
  while (token?.prev?.kind === TokenKind.COMMENT && token.prev.line === token.line - 1) {
    token = token.prev;
    lines.unshift(token.value.trim());
  }
  return lines.length > 0 ? lines.join(" ") : null;
}
