/** Numbers that an answer carries as one leaf: null where a value is NaN, infinite or missing. */
export interface FloatList {
  values(): readonly (number | null)[];
  /** The same as JSON. */
  text(): string;
}
