/*
 * ECMAScript leaves the last digits of Math.exp and Math.log to the engine. These use only operations
 * that IEEE 754 fixes to the last bit, so that a sample is the same file on every machine.
 */

const ln2High = 6.9314718036912381649e-1; // The split of ln 2 in FreeBSD's e_exp.c: k · ln2High is exact.
const ln2Low = 1.90821492927058770002e-10;
const largestExponent = 512;

const powersOfTwo = new Float64Array(2 * largestExponent + 1);
for (let exponent = 0, up = 1, down = 1; exponent <= largestExponent; exponent++, up *= 2, down /= 2) {
  powersOfTwo[largestExponent + exponent] = up;
  powersOfTwo[largestExponent - exponent] = down;
}

const view = new DataView(new ArrayBuffer(8));

/** e to the power x, to about 1e-15 relative, for |x| up to 350; NaN beyond. */
export function exp(x: number): number {
  const k = Math.floor(x * 1.4426950408889634 + 0.5);
  const r = x - k * ln2High - k * ln2Low;
  let sum = 1;
  for (let n = 13; n > 0; n--) sum = 1 + (sum * r) / n;
  return sum * (powersOfTwo[largestExponent + k] ?? NaN);
}

/** The natural logarithm, to about 1e-15, of a positive normal number. */
export function log(x: number): number {
  view.setFloat64(0, x);
  const high = view.getUint32(0);
  let k = (high >>> 20) - 1023;
  view.setUint32(0, (high & 0x000fffff) | 0x3ff00000);
  let mantissa = view.getFloat64(0);
  if (mantissa > 1.4142135623730951) {
    mantissa /= 2;
    k += 1;
  }
  const s = (mantissa - 1) / (mantissa + 1);
  const square = s * s;
  let sum = 0;
  for (let n = 21; n > 0; n -= 2) sum = sum * square + 1 / n;
  return k * ln2High + (2 * s * sum + k * ln2Low);
}

/** The logarithm to base 10 of a positive normal number. */
export function log10(x: number): number {
  return log(x) * 0.4342944819032518;
}

/**
 * The standard normal quantile of p in (0, 1), to about 1e-7: algorithm AS 241, PPND7
 * (Wichura, Applied Statistics 37, 1988).
 */
export function normalQuantile(p: number): number {
  const q = p - 0.5;
  if (Math.abs(q) <= 0.425) {
    const r = 0.180625 - q * q;
    return (
      (q * (((59.10937472 * r + 159.29113202) * r + 50.434271938) * r + 3.3871327179)) /
      (((67.1875636 * r + 78.757757664) * r + 17.895169469) * r + 1)
    );
  }
  const r = Math.sqrt(-log(q < 0 ? p : 1 - p));
  const size = r <= 5 ? nearTail(r - 1.6) : farTail(r - 5);
  return q < 0 ? -size : size;
}

function nearTail(r: number): number {
  return (
    (((0.17023821103 * r + 1.3067284816) * r + 2.75681539) * r + 1.4234372777) /
    ((0.12021132975 * r + 0.7370016425) * r + 1)
  );
}

function farTail(r: number): number {
  return (
    (((0.017337203997 * r + 0.42868294337) * r + 3.081226386) * r + 6.657905115) /
    ((0.012258202635 * r + 0.24197894225) * r + 1)
  );
}
