import { fileURLToPath } from "node:url";
import { type DocumentNode, Kind, parse, type SelectionSetNode } from "graphql";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createClient, operations } from "../../client/index.js";
import { reviveNonFinite } from "../../client/non-finite.js";
import { printDocument } from "../../client/print-document.js";
import { outline, type Selections } from "../../client/selections.js";
import { serve, type Served } from "./serve.js";

const fixture = fileURLToPath(new URL("../fixtures/api/hostile", import.meta.url));

describe("on runs that diverged", () => {
  let served: Served;
  beforeAll(async () => {
    served = await serve([fixture]);
  });
  afterAll(() => served.close());
  const client = () => createClient({ url: served.url, operations, nonFinite: "number" });
  const plain = () => createClient({ url: served.url, operations });
  const at = { dataset: "hostile", line: 2 };

  test("a score is NaN, and null without the option", async () => {
    const where = { dataset: { eq: "hostile" }, line: { eq: 2 } };
    const variables = { metric: "LOSS", at: { final: true }, where };
    const [run] = (await client().bestRuns(variables)).runs.nodes;
    expect(run?.score).toEqual({ value: NaN, state: "NAN", step: 10 });
    const [other] = (await plain().bestRuns(variables)).runs.nodes;
    expect(other?.score).toEqual({ value: null, state: "NAN", step: 10 });
    const [each] = (await plain().bestRuns(variables, { nonFinite: "number" })).runs.nodes;
    expect(each?.score.value).toBeNaN();
  });

  test("a hyperparameter is NaN, and one that is missing stays null", async () => {
    const { run } = await client().run({ dataset: "hostile", line: 4 });
    const values = Object.fromEntries(
      run?.hyperparameterValues.map(({ name, number }) => [name, number]) ?? [],
    );
    expect(values["lr"]).toBeNaN();
    expect(values["optimizer"]).toBeNull();
  });

  test.each([
    ["runCurve", async () => (await client().runCurve({ ...at, metric: "LOSS" })).run?.series.values],
    [
      "compareRunCurves",
      async () =>
        (await client().compareRunCurves({ ...at, metric: "ACCURACY", other: "LOSS" })).run?.series
          .otherValues,
    ],
    [
      "runCurves",
      async () => {
        const runs = client().runCurves({
          metrics: ["ACCURACY", "LOSS"],
          where: { line: { eq: 2 }, dataset: { eq: "hostile" } },
        });
        return (await runs).runs.nodes[0]?.series.metrics.find(({ metric }) => metric === "LOSS")?.values;
      },
    ],
  ])("%s has NaN in its lists", async (_, ask) => {
    expect(await ask()).toEqual([5.5, NaN]);
  });

  test("typed fields, aliases, fragments, defaults and points of one's own queries", async () => {
    const text = `
      query Own($metric: MetricName = LOSS, $line: Int! = 2) { # ) } not "this
        one: run(dataset: "hostile", line: $line) {
          own: series(every: 1) { ...Columns nonFinite { state at: index of: metric } }
          curve { accuracy x: loss metric(of: $metric) { value: state number: value } nonFinite { index metric state } }
        }
      }
      fragment Columns on CurveSeries { ...More accuracy }
      fragment More on CurveSeries { axis renamed: loss by: metric(of: $metric) }`;
    const answer = await client().request<{ one: Record<string, unknown> }>(text);
    expect(answer.one).toMatchObject({
      own: { axis: [0, 10], accuracy: [0.15, NaN], renamed: [5.5, NaN], by: [5.5, NaN] },
      curve: [
        { accuracy: 0.15, x: 5.5, metric: { value: "FINITE", number: 5.5 } },
        { accuracy: NaN, x: NaN, metric: { value: "NAN", number: NaN } },
      ],
    });
  });

  test("infinite analyses' numbers are infinite", async () => {
    const where = { dataset: { eq: "hostile" } };
    const { scores } = await client().tuningCurve({ metric: "LOSS", at: { final: true }, where, runs: [1] });
    expect(scores.worst.value).toBe(Infinity);
    expect(scores.tuningCurve.points[0]?.average).toEqual({ value: Infinity, state: "POSITIVE_INFINITY" });
  });
});

test("what is null for another reason stays null, and so does what no one names", () => {
  const query =
    "{ a { value state } b { x: value state } series { loss other nonFinite { index metric state } } }";
  const data = {
    a: { value: null, state: "MISSING" },
    b: { x: null, state: "NEGATIVE_INFINITY" },
    series: {
      loss: [null, null, 1],
      other: [null, 2, 3],
      nonFinite: [{ index: 1, metric: "LOSS", state: "POSITIVE_INFINITY" }],
    },
  };
  expect(reviveNonFinite(data, query, {})).toMatchObject({
    a: { value: null },
    b: { x: -Infinity },
    series: { loss: [null, Infinity, 1], other: [null, 2, 3] },
  });
});

/** What graphql's own parser finds, as the outline has it. */
function reference(document: DocumentNode): Record<string, unknown> {
  const fragments = new Map(
    document.definitions.flatMap((node) => ("typeCondition" in node ? [[node.name.value, node]] : [])),
  );
  const collect = (
    set: SelectionSetNode | undefined,
    into: Record<string, unknown>,
  ): Record<string, unknown> => {
    for (const one of set?.selections ?? []) {
      if (one.kind === Kind.INLINE_FRAGMENT) collect(one.selectionSet, into);
      else if (one.kind === Kind.FRAGMENT_SPREAD) collect(fragments.get(one.name.value)?.selectionSet, into);
      else {
        const { name, alias, selectionSet } = one;
        const key = alias?.value ?? name.value;
        const known = (into[key] as { below: Record<string, unknown> } | undefined)?.below ?? {};
        into[key] = { field: name.value, below: collect(selectionSet, known) };
      }
    }
    return into;
  };
  const operation = document.definitions.find((node) => "operation" in node);
  return collect(operation?.selectionSet, {});
}

const shown = (selections: Selections): Record<string, unknown> =>
  Object.fromEntries([...selections].map(([key, { field, below }]) => [key, { field, below: shown(below) }]));

test.each(Object.entries(operations))("%s is outlined as graphql parses it", (_, operation) => {
  const document = operation as DocumentNode;
  expect(shown(outline(printDocument(document)).selections)).toEqual(reference(document));
});

test("an outline minds everything that a query may hold", () => {
  const text = `query Q($a: [In!]! = [{ of: "}" }] @x(b: "("), $m: MetricName = LOSS) @y {
    # { comment "
    a(x: { of: WRONG, s: """ } " \\""" ) """ }, of: LOSS) @include(if: true) { ... @skip(if: false) { b: c } ... on T { d } ...F @z }
    b: metric(of: $m)
  }
  fragment F on T @w { e(list: [{ a: [1, -2.5e3] }]) { f } }`;
  const found = outline(text);
  expect(shown(found.selections)).toEqual(reference(parse(text)));
  expect(found.selections.get("a")?.of).toBe("LOSS");
  expect(found.selections.get("b")?.of).toBe("$m");
  expect(found.defaults.get("m")).toBe("LOSS");
});
