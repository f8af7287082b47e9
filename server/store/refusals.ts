import { fault } from "../../schema/faults.js";

/** @throws a fault where a filter holds for more runs than an analysis reads. */
export function requireFewRuns(count: number, maxRuns: number): void {
  if (count <= maxRuns) return;
  throw fault(
    "LIMIT_EXCEEDED",
    `The filter holds for more than ${maxRuns} runs, the most that an analysis reads. Narrow it.`,
  );
}

/** @throws a fault where curves have more points than one field reads. */
export function requireFewPoints(count: number, maxPoints: number): void {
  if (count <= maxPoints) return;
  throw fault(
    "LIMIT_EXCEEDED",
    `The curves have more than ${maxPoints} points. Ask for fewer runs, a narrower from and to, or a greater every.`,
  );
}

/** @throws a fault where a plan has more groups than one field answers. */
export function requireFewGroups(count: number, maxGroups: number, ofCurves: boolean): void {
  if (count <= maxGroups) return;
  throw fault(
    "LIMIT_EXCEEDED",
    `There are more than ${maxGroups} ${ofCurves ? "points of groups" : "groups"}. Ask for wider bins, fewer keys, a filter${ofCurves ? "" : ", or the first so many"}.`,
  );
}
