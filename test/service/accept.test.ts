import { describe, expect, it } from "vitest";
import { formats } from "../../server/export/formats/formats.js";
import { bestOffer, takesGzip } from "../../server/http/accept.js";

describe("an Accept header", () => {
  const PARQUET = "application/vnd.apache.parquet";
  it.each([
    [null, "csv"],
    ["", "csv"],
    ["*/*", "csv"],
    ["text/*", "csv"],
    ["TEXT/CSV; charset=utf-8", "csv"],
    ["application/*", "ndjson"],
    ["application/jsonl", "ndjson"],
    // The first of equals, in the order of the header; what is named goes before what is not.
    [`${PARQUET}, text/csv`, "parquet"],
    [`*/*, ${PARQUET}`, "parquet"],
    // Whatever the order, the range that names more of a type says how much it is liked.
    ["text/csv;q=0, */*", "ndjson"],
    ["*/*;q=0.9, text/csv;q=0.1", "ndjson"],
    ["text/*;q=0, text/csv;q=0.1", "csv"],
    [`application/*;q=0.4, ${PARQUET};Q=0.5, text/csv;q=0.3`, "parquet"],
    ["image/png", undefined],
    ["text/csv;q=0", undefined],
    ["*/*;q=0", undefined],
    ["text/csv;q=much", undefined],
  ])("%s chooses %s", (accept, name) => {
    expect(bestOffer(accept, Object.values(formats), ({ accepted }) => accepted)?.name).toBe(name);
  });
});

describe("an Accept-Encoding header", () => {
  it.each([
    [undefined, false],
    ["", false],
    ["identity", false],
    ["gzip, deflate, br", true],
    ["br;q=1, GZIP;q=0.1", true],
    ["*", true],
    ["gzip;q=0, *", false],
    ["gzip;q=0.000", false],
  ])("%s takes gzip: %s", (header, wanted) => {
    expect(takesGzip(header)).toBe(wanted);
  });
});
