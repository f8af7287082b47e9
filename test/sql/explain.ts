import { expect } from "vitest";
import type { Statement } from "../../server/sql/tag.js";
import type { Service } from "../api/harness.js";

/** DuckDB plans the statement over the real tables; nothing is run. */
export async function expectExplained({ pool }: Service, { text, values }: Statement): Promise<void> {
  // EXPLAIN is no SELECT, so it is asked for as a plain statement with the values in place.
  await expect(
    pool.withConnection((connection) => connection.execute(`EXPLAIN ${inPlace({ text, values })}`)),
  ).resolves.toBeUndefined();
}

/** The statement with its values written out, for EXPLAIN alone. */
function inPlace({ text, values }: Statement): string {
  return text.replace(/\$(\d+)/g, (_, number: string) => {
    const bound = values[Number(number) - 1];
    if (!bound) throw new Error(`${text} has no value $${number}`);
    const quote = (value: string): string => `'${value.replaceAll("'", "''")}'`;
    const literal = (value: number | string | boolean): string =>
      typeof value === "string"
        ? quote(value)
        : typeof value === "number" && bound.type.startsWith("double")
          ? `${quote(String(value))}::DOUBLE`
          : String(value);
    if (!Array.isArray(bound.value)) return literal(bound.value as number | string | boolean);
    const type = bound.type.replace("[]", "").toUpperCase();
    return `[${(bound.value as (number | string)[]).map(literal).join(", ")}]::${type}[]`;
  });
}

/** A statement's text on one line, and its values. */
export const flat = ({ text, values }: Statement): { text: string; values: unknown[] } => ({
  text: text.replace(/\s+/g, " "),
  values: values.map(({ type, value }) => [type, value]),
});
