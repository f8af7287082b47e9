/** A typed client of sweepql, for anything that has `fetch`. */
export * from "./client.js";
export type * from "./document.js";
export * from "./errors.js";
export * from "./generated/operations.js";
export { operations } from "./operations.js";
