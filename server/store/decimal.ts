/** A number as people write it: `digits` times ten to the `exponent`. */
interface Decimal {
  readonly digits: bigint;
  readonly exponent: number;
}

/** Digits of a quotient beyond those of its parts: more than decide which double is nearest. */
const QUOTIENT_DIGITS = 30;

/** The shortest decimal that is this double, and no other: 0.1 is one tenth. */
function decimalOf(value: number): Decimal {
  const [mantissa = "", exponent = "0"] = value.toExponential().split("e");
  const [whole = "", fraction = ""] = mantissa.split(".");
  return { digits: BigInt(whole + fraction), exponent: Number(exponent) - fraction.length };
}

/** What is too small for a double is 0, and never -0. */
const toNumber = ({ digits, exponent }: Decimal): number => Number(`${digits}e${exponent}`) + 0;

/** So many times a number, in decimal: 3 times 0.1 is 0.3, where binary arithmetic has 0.30000000000000004. */
export function decimalMultiples(value: number): (times: number) => number {
  const { digits, exponent } = decimalOf(value);
  return (times) => toNumber({ digits: digits * BigInt(times), exponent });
}

/** The number that lies `part` of `parts` of the way from one to another, in decimal. */
export function decimalParts(from: number, to: number): (part: number, parts: number) => number {
  const [a, b] = [decimalOf(from), decimalOf(to)];
  const exponent = Math.min(a.exponent, b.exponent);
  const scaled = (it: Decimal): bigint => it.digits * 10n ** BigInt(it.exponent - exponent);
  const [first, last] = [scaled(a), scaled(b)];
  const more = 10n ** BigInt(QUOTIENT_DIGITS);
  return (part, parts) => {
    const sum = first * BigInt(parts - part) + last * BigInt(part);
    return toNumber({ digits: (sum * more) / BigInt(parts), exponent: exponent - QUOTIENT_DIGITS });
  };
}
