import { createHash } from "node:crypto";
import { version } from "../version.js";

/**
 * Names the answer to a request without making it, by all that it hangs on beside our own version.
 * Weak, as an answer may be compressed.
 */
export function tagOf(...parts: readonly unknown[]): string {
  const hash = createHash("sha256")
    .update(JSON.stringify([version, ...parts]))
    .digest("base64url");
  return `W/"${hash.slice(0, 22)}"`;
}

/** Whether a client says that it holds what a tag names. */
export const holds = (ifNoneMatch: string | null | undefined, tag: string): boolean =>
  ifNoneMatch != null &&
  (ifNoneMatch.trim() === "*" || ifNoneMatch.split(",").some((one) => weak(one.trim()) === weak(tag)));

const weak = (tag: string): string => tag.replace(/^W\//, "");

/** Headers of tagged answers: kept by a client alone, which asks each time whether they are still right. */
export const TAGGED = [
  ["cache-control", "private, no-cache"],
  ["vary", "accept, accept-encoding, authorization, origin"],
] as const;
