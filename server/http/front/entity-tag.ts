import { createHash } from "node:crypto";
import type { Snapshots } from "../../snapshots.js";
import type { Snapshot } from "../../snapshot.js";
import { version } from "../../version.js";
import type { Params } from "./params.js";

/**
 * Names the answer to a request without making it: all that it hangs on is what is asked, the version of
 * the data, what is told of newer data, and our own. Weak, as an answer may be compressed.
 */
export function entityTag(params: Params, snapshot: Snapshot, { faults }: Snapshots): string {
  const { query, variables, operationName } = params;
  const hash = createHash("sha256")
    .update(JSON.stringify([version, snapshot.catalogue.version, faults, query, variables, operationName]))
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
