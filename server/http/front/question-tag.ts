import type { Snapshot } from "../../snapshot.js";
import type { Snapshots } from "../../snapshots.js";
import { tagOf } from "../entity-tag.js";
import type { Params } from "./params.js";

/** The tag of what is answered to a question: it hangs on the data, and on what is told of newer ones. */
export const questionTag = (
  { query, variables, operationName }: Params,
  { catalogue }: Snapshot,
  { faults }: Snapshots,
): string => tagOf(catalogue.version, faults, query, variables, operationName);
