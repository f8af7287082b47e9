import { version } from "@duckdb/node-api";

/** The engine's version, as it says itself: `v1.5.6`. */
export const engineVersion = (): string => version();
