/** A double as a message shows it. */
const shown = (value: number): string => (Object.is(value, -0) ? "0" : String(value));

/** Throws a RangeError unless `confidence` lies strictly between 0 and 1. */
export function requireConfidence(confidence: number): void {
  if (!(confidence > 0 && confidence < 1)) {
    throw new RangeError(`confidence must lie strictly between 0 and 1, got ${shown(confidence)}`);
  }
}

/** Throws a RangeError unless `level` is a probability, both ends included. */
export function requireProbability(name: string, level: number): void {
  if (!(level >= 0 && level <= 1)) {
    throw new RangeError(`${name} must lie between 0 and 1, got ${shown(level)}`);
  }
}

/** Throws a RangeError unless `value` is a whole number of at least `least`. */
export function requireWhole(name: string, value: number, least: number): void {
  if (!Number.isSafeInteger(value) || value < least) {
    throw new RangeError(`${name} must be a whole number of at least ${least}, got ${shown(value)}`);
  }
}

/** Throws a RangeError unless `value` is finite and above zero. */
export function requirePositive(name: string, value: number): void {
  if (!(value > 0 && value < Infinity)) {
    throw new RangeError(`${name} must be above 0 and finite, got ${shown(value)}`);
  }
}

/** Throws a RangeError unless `value` is a finite number. */
export function requireFinite(name: string, value: number): void {
  if (!Number.isFinite(value)) throw new RangeError(`${name} must be finite, got ${shown(value)}`);
}

/** Throws a RangeError for an empty list, or one that holds NaN. */
export function requireNumbers(name: string, values: ArrayLike<number>): void {
  if (values.length === 0) throw new RangeError(`${name} must hold at least 1 number, got none`);
  for (let i = 0; i < values.length; i++) {
    if (Number.isNaN(values[i]))
      throw new RangeError(`${name} must not hold NaN, found at position ${i + 1}`);
  }
}

/** Throws a RangeError for an empty list, or one that holds NaN or an infinity. */
export function requireFiniteNumbers(name: string, values: ArrayLike<number>): void {
  requireNumbers(name, values);
  for (let i = 0; i < values.length; i++) {
    if (!Number.isFinite(values[i])) {
      throw new RangeError(`${name} must be finite, got ${shown(values[i]!)} at position ${i + 1}`);
    }
  }
}
