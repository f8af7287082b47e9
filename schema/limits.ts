/** Documented maxima. What asks for more is refused by name, never cut short. */
export const limits = {
  /** Rows of a page where none are asked for, and the most that may be. */
  defaultPage: 50,
  maxPage: 5000,
  /** Ids of one `nodes`. */
  maxNodes: 5000,
  /** Orders of one `orderBy`, and keys of one `groupBy`. */
  maxOrders: 8,
  maxKeys: 6,
  /** Bins of one rule. */
  maxBins: 1000,
  /** Groups of runs, and points of groups of curves, that one field answers. */
  maxGroups: 10_000,
  maxCurveGroupPoints: 100_000,
  /** Points of curves that one field reads. */
  maxPoints: 1_000_000,
  /** Runs that one analysis rests on, and those that an exact band can be made for. */
  maxAnalysedRuns: 200_000,
  maxBandRuns: 20_000,
  /** Points of one computed curve, and selections of one comparison. */
  maxCurvePoints: 10_000,
  maxSelections: 20,
  /** Levels of one `quantiles`. */
  maxQuantiles: 1000,
  /** Values of one `in`, and conditions of one filter. */
  maxListValues: 10_000,
  maxConditions: 500,
  /** Names in one `columns` of an export, and steps at which they read scores: each looks through all points. */
  maxExportColumns: 1000,
  maxExportSteps: 50,
  /** Levels of and, or and not within each other. */
  maxFilterDepth: 50,
} as const;
