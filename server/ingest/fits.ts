import type { ReadType } from "./read-type.js";
import { isList, type Structure } from "./shape.js";

/** Whether every line of the structure can be read as the type; where not, the values themselves must be looked at. */
export function fits(structure: Structure, type: ReadType): boolean {
  if (structure === "NULL" || type === "TEXT") return true;
  if (typeof type === "string") {
    switch (type) {
      case "DOUBLE":
      case "EXACT":
        return isNumber(structure);
      case "DIGITS":
        return structure === "VARCHAR" || isNumber(structure);
      case "HUGEINT":
        return structure === "UBIGINT" || structure === "BIGINT";
      case "BOOLEAN":
      case "VARCHAR":
        return structure === type;
    }
  }
  if (typeof structure === "string") return false;
  if ("list" in type) return isList(structure) && fits(structure[0], type.list);
  if (isList(structure)) return false;
  const object = structure;
  return [...type.fields].every(([key, child]) => {
    const found = Object.hasOwn(object, key) ? object[key] : undefined;
    return found === undefined || fits(found, child);
  });
}

const isNumber = (structure: Structure): boolean =>
  structure === "DOUBLE" || structure === "UBIGINT" || structure === "BIGINT" || structure === "HUGEINT";
