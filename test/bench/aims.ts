/** What must be fast, and how fast: the project's table of aims, in its words. */
export const AIMS = {
  aggregates: {
    work: "aggregate over a filter, groups by bin, band by step, over HTTP",
    aim: "within 0.7 ms of the same SQL in process, to JSON, at the median with 1 client; with 16 clients at least 80 % of its throughput",
  },
  lookUps: {
    work: "one run with its curve; a page of 50 runs ordered by score under a filter, uncached",
    aim: "at most 3 times { __typename } of a bare Yoga, at both sizes",
  },
  cached: {
    work: "any cached answer, and a bare { __typename }",
    aim: "a quarter of the throughput of a bare Node HTTP server",
  },
  points: {
    work: "all curves of 2,048 runs as points",
    aim: "at most 1.5 times SQL in process, row objects, JSON.stringify; first byte early, flat memory",
  },
  series: { work: "the same as columns (series)", aim: "at most half of the same floor" },
  load: {
    work: "load 1 GB of JSONL",
    aim: "at most 1.3 times typed read_json and one scan of all keys; peak memory at most 3 GB",
  },
  warmStart: { work: "start again on unchanged files", aim: "ready within 1 s for 1 GB" },
  largeAggregates: {
    work: "aggregates, groups, bands over 100,000 runs",
    aim: "within 10 % of SQL in process",
  },
  sample: { work: "sample generator", aim: "at least 50 MB/s" },
} as const;

export type Work = keyof typeof AIMS;
