/** Levels of lists and objects in an input: twice those of the deepest filter, and some. What coerces it calls itself. */
export const MOST_LEVELS = 150;

/** Whether a value nests deeper than inputs may; found without calling itself. */
export function nestsTooDeep(value: unknown): boolean {
  let level: readonly unknown[] = [value];
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > MOST_LEVELS) return true;
    level = level.flatMap((one): unknown[] =>
      typeof one === "object" && one !== null ? Object.values(one) : [],
    );
  }
  return false;
}
