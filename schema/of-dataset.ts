import type { Dataset } from "./catalogue.js";
import type { Filter } from "./plan.js";

/** The runs of one dataset. */
export const ofDataset = ({ index }: Dataset): Filter => ({
  kind: "compare",
  subject: { kind: "dataset" },
  operator: "eq",
  value: index,
});
