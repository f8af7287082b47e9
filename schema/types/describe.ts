import type { Goal } from "../catalogue.js";

/** The description of a field or enum value that is written from the catalogue: what it is, its unit and its direction. */
export function describe(it: {
  readonly originals: readonly string[];
  readonly description: string | null;
  readonly unit: string | null;
  readonly goal?: Goal | null;
}): { readonly description: string } {
  const direction =
    it.goal === "minimize" ? "Lower is better." : it.goal === "maximize" ? "Higher is better." : null;
  const what = it.description ?? `\`${it.originals.join("` or `")}\` in the files; nothing documents it.`;
  return { description: [what, it.unit ? `Unit: ${it.unit}.` : null, direction].filter(Boolean).join(" ") };
}
