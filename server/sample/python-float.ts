/** A number as Python's json.dumps writes a float: shortest digits, always a point or an exponent, NaN bare. */
export function pythonFloat(value: number): string {
  const size = Math.abs(value);
  if (size >= 1e-4 && size < 1e16) return Number.isInteger(value) ? `${value}.0` : `${value}`;
  if (size === 0) return Object.is(value, -0) ? "-0.0" : "0.0";
  if (!Number.isFinite(value)) return `${value}`;
  const [digits, exponent = ""] = value.toExponential().split("e");
  return `${digits}e${exponent[0]}${exponent.slice(1).padStart(2, "0")}`;
}

/** A number rounded to 6 significant digits, as the searched hyperparameters of the real files are. */
export function sixDigits(value: number): number {
  return Number(value.toPrecision(6));
}
