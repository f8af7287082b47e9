import { requireWhole } from "./checks.js";

const rotate = (x: number, by: number): number => (x << by) | (x >>> (32 - by));

/** A step of the 32-bit mixer that spreads a seed over a state (the finalizer of A. Appleby's MurmurHash3). */
function mix(x: number): number {
  let z = x;
  z = Math.imul(z ^ (z >>> 16), 0x85ebca6b);
  z = Math.imul(z ^ (z >>> 13), 0xc2b2ae35);
  return (z ^ (z >>> 16)) >>> 0;
}

/** A source of unsigned 32-bit integers. */
export type RandomWords = () => number;

/** xoshiro128** from a state of four 32-bit words, not all zero. Source: D. Blackman & S. Vigna (2018). */
export function xoshiro128(state: readonly [number, number, number, number]): RandomWords {
  let [a, b, c, d] = state;
  return () => {
    const result = Math.imul(rotate(Math.imul(b, 5), 7), 9) >>> 0;
    const shifted = b << 9;
    c ^= a;
    d ^= b;
    b ^= c;
    a ^= d;
    c ^= shifted;
    d = rotate(d, 11);
    return result;
  };
}

/**
 * xoshiro128** from a seed, a whole number from 0 to 2^53 − 1: word i of its state is MurmurHash3's 32-bit
 * finalizer of (low word + i × 0x9e3779b9) xor the finalizer of (high word + i). The same seed gives the
 * same numbers in every version.
 */
export function randomWords(seed: number): RandomWords {
  requireWhole("seed", seed, 0);
  const low = seed % 2 ** 32;
  const high = Math.floor(seed / 2 ** 32);
  const word = (i: number): number => (mix((low + Math.imul(i, 0x9e3779b9)) | 0) ^ mix((high + i) | 0)) >>> 0;
  return xoshiro128([word(1), word(2), word(3), word(4)]);
}

/** A uniform number in [0, 1) with 53 random bits. */
export function randomUniform(words: RandomWords): number {
  return ((words() >>> 5) * 2 ** 26 + (words() >>> 6)) / 2 ** 53;
}

/** A whole number from 0 to below `bound` (at most 2^32), all equally likely: words past the last full multiple are drawn again. */
export function randomBelow(words: RandomWords, bound: number): number {
  const limit = 2 ** 32 - (2 ** 32 % bound);
  for (;;) {
    const word = words();
    if (word < limit) return word % bound;
  }
}

/**
 * A random subset of `size` of the positions 0 … n − 1, ascending, each subset equally likely; the same
 * seed (a whole number from 0 to 2^53 − 1) gives the same subset in every version. The first `size` steps
 * of a Fisher-Yates shuffle. RangeError for a size above n or below 1.
 */
export function randomSubset(n: number, size: number, seed: number): number[] {
  requireWhole("the number of runs", n, 1);
  requireWhole("the subset's size", size, 1);
  if (size > n)
    throw new RangeError(`the subset's size must be at most the number of runs, ${n}, got ${size}`);
  const words = randomWords(seed);
  const positions = Int32Array.from({ length: n }, (_, i) => i);
  for (let i = 0; i < size; i++) {
    const j = i + randomBelow(words, n - i);
    const kept = positions[i]!;
    positions[i] = positions[j]!;
    positions[j] = kept;
  }
  return [...positions.subarray(0, size).sort()];
}
