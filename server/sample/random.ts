/** Mixes 32 bits so that distinct inputs give distinct, unrelated outputs ("lowbias32" by Chris Wellons). */
export function mix32(value: number): number {
  let x = value | 0;
  x = Math.imul(x ^ (x >>> 16), 0x7feb352d);
  x = Math.imul(x ^ (x >>> 15), 0x846ca68b);
  return (x ^ (x >>> 16)) >>> 0;
}

const goldenGamma = 0x9e3779b9;

/**
 * A reproducible stream of random numbers: xoshiro128** 1.1 (Blackman and Vigna, "Scrambled linear
 * pseudorandom number generators", 2021), its state filled from the given keys as SplitMix does.
 */
export class Random {
  #a: number;
  #b: number;
  #c: number;
  #d: number;

  /** Streams with different keys (32-bit integers) are independent for all that a sample needs. */
  constructor(...keys: readonly number[]) {
    let state = 0;
    for (const key of keys) state = mix32((state + goldenGamma) ^ key);
    this.#a = mix32(state + goldenGamma);
    this.#b = mix32(state + Math.imul(goldenGamma, 2));
    this.#c = mix32(state + Math.imul(goldenGamma, 3));
    this.#d = mix32(state + Math.imul(goldenGamma, 4)) | 1;
  }

  /** The next 32 bits, as an integer from 0 to 2^32 - 1. */
  bits(): number {
    const scrambled = Math.imul(this.#b, 5);
    const result = Math.imul((scrambled << 7) | (scrambled >>> 25), 9) >>> 0;
    const shifted = this.#b << 9;
    this.#c ^= this.#a;
    this.#d ^= this.#b;
    this.#b ^= this.#c;
    this.#a ^= this.#d;
    this.#c ^= shifted;
    this.#d = (this.#d << 11) | (this.#d >>> 21);
    return result;
  }

  /** A number in [0, 1), uniform, with 53 random bits. */
  uniform(): number {
    return ((this.bits() >>> 5) * 67108864 + (this.bits() >>> 6)) / 9007199254740992;
  }

  /** An integer in {0, …, count - 1}, uniform to within 2^-32 · count. */
  below(count: number): number {
    return Math.floor((this.bits() / 4294967296) * count);
  }

  /** A draw of mean 0 and variance 1, nearly normal: the sum of four uniforms, so within ±3.47. */
  noise(): number {
    const a = this.bits();
    const b = this.bits();
    const sum = (a >>> 16) + (a & 0xffff) + (b >>> 16) + (b & 0xffff) + 2;
    return (sum / 65536 - 2) * 1.7320508075688772;
  }

  /** Shuffles in place (Fisher and Yates). */
  shuffle(values: Uint32Array): void {
    for (let last = values.length - 1; last > 0; last--) {
      const other = this.below(last + 1);
      const held = values[last] ?? 0;
      values[last] = values[other] ?? 0;
      values[other] = held;
    }
  }
}
