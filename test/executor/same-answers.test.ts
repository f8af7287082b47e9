import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { execute, getVariableValues, Kind, type OperationDefinitionNode, parse, validate } from "graphql";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Context } from "../../schema/context.js";
import { exampleQueries } from "../../schema/examples/examples.js";
import { planOperation } from "../../server/executor/plan.js";
import { pieces, whole } from "../../server/executor/text.js";
import { writeOperation } from "../../server/executor/write.js";
import { type Snapshot, takeSnapshot } from "../../server/snapshot.js";
import { randomQuery } from "../fuzz/queries.js";
import { Random } from "../fuzz/random.js";
import { type Folder, makeSampleFolder } from "../server/folder.js";

const opda =
  process.env["SWEEPQL_OPDA"] ?? fileURLToPath(new URL("../../../shared/data/opda", import.meta.url));
const realFiles = existsSync(opda) ? readdirSync(opda).filter((name) => name.endsWith(".jsonl")) : [];
if (realFiles.length === 0)
  console.warn(
    "SKIPPED: both executors on the published files; SWEEPQL_OPDA names no folder that holds them.",
  );

type Variables = Readonly<Record<string, unknown>>;

const contextOf = ({ store, analyses }: Snapshot): Context =>
  new Context(store, new AbortController().signal, analyses);

/** What graphql-js answers: the text of the data, or null where anything failed. */
async function generic(snapshot: Snapshot, query: string, variables: Variables): Promise<string | null> {
  const { data, errors } = await execute({
    schema: snapshot.schema,
    document: parse(query),
    variableValues: variables,
    contextValue: contextOf(snapshot),
  });
  return errors ? null : JSON.stringify(data);
}

/** What our executor answers; "not planned" for what it leaves to graphql-js, null where it fails. */
async function ours(snapshot: Snapshot, query: string, variables: Variables): Promise<string | null> {
  const { schema } = snapshot;
  const { definitions } = parse(query);
  const fragments = Object.fromEntries(
    definitions.flatMap((one) => (one.kind === Kind.FRAGMENT_DEFINITION ? [[one.name.value, one]] : [])),
  );
  const operation = definitions.find(({ kind }) => kind === Kind.OPERATION_DEFINITION);
  const definition = operation as OperationDefinitionNode;
  const { coerced } = getVariableValues(schema, definition.variableDefinitions ?? [], variables);
  if (!coerced) return null;
  const asked = { schema, fragments, operation: definition, variables: coerced };
  const plan = planOperation(asked);
  if (!plan) return "not planned";
  try {
    const text = await writeOperation(plan, asked, contextOf(snapshot));
    const all = whole(text);
    expect([...pieces(text, 50, 20)].join("")).toBe(all);
    return all;
  } catch {
    return null;
  }
}

async function expectSame(
  snapshot: Snapshot,
  query: string,
  variables: Variables = {},
): Promise<string | null> {
  const expected = await generic(snapshot, query, variables);
  expect(await ours(snapshot, query, variables), query).toBe(expected);
  return expected;
}

let folder: Folder;
let sample: Snapshot;
beforeAll(async () => {
  folder = await makeSampleFolder();
  sample = await takeSnapshot({ sources: [folder.path] });
});
afterAll(async () => {
  await sample.close();
  folder.remove();
});

async function expectSameExamples(sources: readonly string[]): Promise<void> {
  const snapshot = await takeSnapshot({ sources });
  try {
    const examples = exampleQueries(snapshot.catalogue);
    expect(examples.length).toBeGreaterThan(5);
    for (const { query, variables } of examples)
      expect(await expectSame(snapshot, query, variables ?? {})).not.toBeNull();
  } finally {
    await snapshot.close();
  }
}

describe("the text that our executor writes is the answer of graphql-js, byte for byte", () => {
  test("on every example of the playground", () => expectSameExamples([folder.path]));

  test.runIf(realFiles.length > 0).each(realFiles)("on every example over %s", (name) =>
    expectSameExamples([join(opda, name)]),
  );

  test("on random valid queries, those that fail included", async () => {
    const random = new Random(Number(process.env["SWEEPQL_TEST_SEED"] ?? 11));
    let answered = 0;
    for (let count = 0; count < 250; count += 1) {
      const query = randomQuery(sample.schema, random);
      if (validate(sample.schema, parse(query)).length > 0) continue;
      if ((await expectSame(sample, query)) !== null) answered += 1;
    }
    expect(answered).toBeGreaterThan(50);
  });

  const runs = "runs(first: 3, orderBy: [{ by: { score: { metric: VAL_RAW_LOSS } }, direction: BEST }])";

  test.each([
    [
      "aliases, __typename and an empty list",
      `{ __typename a: ${runs} { __typename nodes { b: line __typename c: line } } none: runs(first: 2, where: { line: { gt: 999999 } }) { nodes { line } } }`,
    ],
    [
      "fields of one key from several places",
      `{ ${runs} { nodes { line } nodes { diverged ...F ...F } } } fragment F on Run { score(of: VAL_RAW_LOSS) { value } score(of: VAL_RAW_LOSS) { step } }`,
    ],
    [
      "an interface and its types",
      `{ node(id: "nothing") { id } ${runs} { nodes { ... on Node { id } ... on Run { line } configuration { id } } } }`,
    ],
    ["texts that JSON escapes", `{ datasets { name description attribution citation } }`],
    [
      "points, series and what is not finite in them",
      `{ ${runs} { nodes { curve(from: 1000) { axis metric(of: VAL_RAW_LOSS) { value state } nonFinite { index state } } series(every: 3) { step metrics(of: [VAL_RAW_LOSS, TRAIN_RAW_LOSS]) { metric values } nonFinite { metric } } } } }`,
    ],
    [
      "series whose texts are kept, of parts of them, and of runs without points",
      `{ a: ${runs} { nodes { series { axis valRawLoss metric(of: VAL_RAW_LOSS) } } } b: ${runs} { nodes { series(from: 1000, to: 4000) { axis valRawLoss } } } c: ${runs} { nodes { series { __typename lr valRawLoss } } } d: ${runs} { nodes { series(from: 1, to: 2) { axis valRawLoss } } } }`,
    ],
    [
      "a key that objects have a meaning of their own for",
      `{ ${runs} { nodes { curve(every: 10) { __proto__: axis a: axis } b: curve(every: 10) { metric(of: VAL_RAW_LOSS) { __proto__: value state } } series(every: 10) { __proto__: axis } __proto__: line } } }`,
    ],
    ["an operation that fails", `{ runs(first: 99999999) { nodes { line } } datasets { name } }`],
  ])("on %s", async (_, query) => {
    expect(validate(sample.schema, parse(query))).toEqual([]);
    await expectSame(sample, query);
  });

  test("where variables skip and include", async () => {
    const query = `query Q($no: Boolean!, $yes: Boolean! = true) { ${runs} @include(if: $yes) { nodes { line @skip(if: $no) ...D @include(if: $yes) diverged } } datasets @skip(if: $no) { name } } fragment D on Run { pointCount }`;
    const answers = [];
    for (const variables of [
      { no: true },
      { no: false },
      { no: true, yes: false },
      { no: false, yes: false },
    ])
      answers.push(await expectSame(sample, query, variables));
    expect(new Set(answers).size).toBe(4);
    expect(answers[2]).toBe("{}");
  });

  test("arguments by variable, with defaults and without a value", async () => {
    const query = `query Q($first: Int = 2, $where: RunFilter, $of: MetricName!) { runs(first: $first, where: $where) { nodes { line score(of: $of) { value } } totalCount } }`;
    for (const variables of [
      { of: "VAL_RAW_LOSS" },
      { of: "VAL_RAW_LOSS", first: 4, where: { line: { gte: 5 } } },
      { of: "VAL_RAW_LOSS", first: null },
    ])
      await expectSame(sample, query, variables);
  });
});

test("questions about the schema are left to graphql-js", async () => {
  expect(await ours(sample, "{ __schema { queryType { name } } }", {})).toBe("not planned");
  expect(await ours(sample, '{ __type(name: "Run") { name } }', {})).toBe("not planned");
});
