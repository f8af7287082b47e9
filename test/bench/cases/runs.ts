import { pageOfRuns, runWithCurve } from "../floors/queries.js";
import type { Case } from "../row.js";
import { DATASET } from "./asked.js";
import { againstFloor, values } from "./against-floor.js";

const HYPERPARAMETERS = "lr beta1 beta2 weightDecay dropout warmupSteps";

export const RUN = `query Run($line: Int!) {
  run(dataset: "${DATASET}", line: $line) {
    line diverged
    hyperparameters { ${HYPERPARAMETERS} }
    score(of: VAL_RAW_LOSS) { value }
    curve { step trainRawLoss valRawLoss valWeightAveragedLoss }
  }
}`;

export const runWithItsCurve: Case = againstFloor({
  name: "run",
  about: "One run with its curve, over HTTP; floor: two prepared look-ups and JSON.stringify in process.",
  rows: [{ name: "one run with its curve", query: RUN }],
  floor: runWithCurve,
  read: { ours: values, floor: values },
  repeat: { warmUp: 150, count: 400 },
  isShared: true,
  // Held against a bare Yoga, in `bare`.
  aims: null,
});

export const PAGE = `query Page($where: RunFilter) {
  runs(where: $where, orderBy: [{ by: { score: { metric: VAL_RAW_LOSS } }, direction: BEST }], first: 50) {
    nodes {
      line diverged
      hyperparameters { ${HYPERPARAMETERS} }
      score(of: VAL_RAW_LOSS) { value step }
    }
    pageInfo { hasNextPage }
  }
}`;

export const page: Case = againstFloor({
  name: "page",
  about:
    "A page of 50 runs ordered by best validation loss under a filter, over HTTP; floor: one prepared statement.",
  rows: [{ name: "page of 50 runs", query: PAGE }],
  floor: pageOfRuns,
  read: { ours: values, floor: values },
  repeat: { warmUp: 150, count: 300 },
  isShared: true,
  // Held against a bare Yoga, in `bare`.
  aims: null,
});
