/** Fractions of whole numbers, without rounding. */
export interface Rational {
  readonly over: bigint;
  /** Positive. */
  readonly under: bigint;
}

/** The decimal that a number prints as: 0.1 is one tenth. */
export function written(value: number): Rational {
  const [, sign, whole, fraction, power] = /^(-?)(\d+)(?:\.(\d+))?(?:e([+-]\d+))?$/.exec(String(value)) ?? [];
  if (whole === undefined) throw new Error(`${value} is no finite number`);
  const digits = BigInt(`${sign}${whole}${fraction ?? ""}`);
  const tens = Number(power ?? 0) - (fraction?.length ?? 0);
  return tens < 0
    ? { over: digits, under: 10n ** BigInt(-tens) }
    : { over: digits * 10n ** BigInt(tens), under: 1n };
}

export const plus = (a: Rational, b: Rational): Rational => ({
  over: a.over * b.under + b.over * a.under,
  under: a.under * b.under,
});

export const times = (a: Rational, over: number, under = 1): Rational => ({
  over: a.over * BigInt(over),
  under: a.under * BigInt(under),
});

/** The double nearest to a fraction, found among the neighbours of a guess by their exact values. */
export function nearestDouble(wanted: Rational): number {
  let best = guess(wanted);
  if (!Number.isFinite(best)) return best;
  for (;;) {
    const nearer = [next(best, 1n), next(best, -1n)].find((one) => isNearer(one, best, wanted));
    if (nearer === undefined) return best;
    best = nearer;
  }
}

/** By some twenty digits. */
function guess({ over, under }: Rational): number {
  const tens = BigInt(Math.max(0, String(under).length - String(over).length + 20));
  return Number(`${(over * 10n ** tens) / under}e-${tens}`);
}

function isNearer(a: number, b: number, to: Rational): boolean {
  const [x, y] = [distance(a, to), distance(b, to)];
  return x.over * y.under < y.over * x.under;
}

function distance(value: number, to: Rational): Rational {
  const { over, under } = plus(exact(value), times(to, -1));
  return { over: over < 0n ? -over : over, under };
}

/** What the bits of a double say. */
function exact(value: number): Rational {
  const bits = bitsOf(value);
  const power = Number((bits >> 52n) & 0x7ffn);
  const fraction = bits & 0xfffffffffffffn;
  const size = power === 0 ? fraction : fraction | (1n << 52n);
  const signed = bits >> 63n === 1n ? -size : size;
  const shift = BigInt(Math.max(power, 1) - 1075);
  return shift < 0n ? { over: signed, under: 1n << -shift } : { over: signed << shift, under: 1n };
}

/** The neighbouring double; from zero, the least one of that sign. */
function next(value: number, step: 1n | -1n): number {
  if (value === 0) return step === 1n ? Number.MIN_VALUE : -Number.MIN_VALUE;
  const view = new DataView(new ArrayBuffer(8));
  view.setBigUint64(0, bitsOf(value) + (value > 0 ? step : -step));
  return view.getFloat64(0);
}

function bitsOf(value: number): bigint {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, value);
  return view.getBigUint64(0);
}
