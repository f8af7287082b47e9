import { badInput } from "../../schema/faults.js";
import type { GivenArguments } from "../../schema/exports/arguments.js";
import type { Format, Spelling } from "./formats/format.js";

/** What is asked of a format, and the arguments that are left. */
export interface Spelled {
  readonly spelling: Spelling;
  readonly given: GivenArguments;
}

/**
 * Takes `excel` and `nonFinite` out of the arguments of an export.
 * @throws a fault where a value is not allowed, or the format has no such choice.
 */
export function takeSpelling({ excel, nonFinite, ...given }: GivenArguments, format: Format): Spelled {
  const offered = (name: string, value: unknown, has: Format["name"]): boolean => {
    if (value === undefined || value === null) return false;
    if (format.name !== has) throw badInput(name, value, `only ${has} has it, and this is ${format.name}`);
    return true;
  };
  return {
    given,
    spelling: {
      excel: offered("excel", excel, "csv") && toBoolean(excel),
      nonFinite: offered("nonFinite", nonFinite, "ndjson") ? toNonFinite(nonFinite) : "literal",
    },
  };
}

function toBoolean(value: unknown): boolean {
  const text = String(value);
  if (text !== "true" && text !== "false") throw badInput("excel", value, "true and false are");
  return text === "true";
}

function toNonFinite(value: unknown): Spelling["nonFinite"] {
  if (value === "LITERAL") return "literal";
  if (value === "STRING") return "string";
  throw badInput("nonFinite", value, "LITERAL and STRING are");
}
