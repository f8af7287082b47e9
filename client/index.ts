/** A typed client of sweepql, for anything that has `fetch`. */
export { createClient } from "./client.js";
export type * from "./client.js";
export * from "./added-runs.js";
export * from "./curve-points.js";
export type * from "./document.js";
export * from "./errors.js";
export * from "./export.js";
export type * from "./export-types.js";
export * from "./generated/operations.js";
export { operations } from "./operations.js";
export type * from "./options.js";
export * from "./subscribe.js";
export type { ItemOf, Paged, PageVariables } from "./paginate.js";
