import erfc from "@stdlib/math-base-special-erfc";

const ROOT_TWO_PI = Math.sqrt(2 * Math.PI);

/** Density of the standard normal. */
export const normalDensity = (z: number): number => Math.exp((-z * z) / 2) / ROOT_TWO_PI;

/** P(Z <= z) of the standard normal, to full relative precision in its lower tail. */
export const normalCdf = (z: number): number => erfc(-z * Math.SQRT1_2) / 2;
