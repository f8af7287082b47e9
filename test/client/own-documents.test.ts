import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, expectTypeOf, test } from "vitest";
import type { ReservedName } from "../../client/index.js";
import { documentedCatalogue, llama } from "../../schema/documented/index.js";
import { buildSchema } from "../../schema/schema.js";
import { clientFiles } from "../../server/codegen/client-files.js";
import { RESERVED } from "../../server/codegen/operation-methods.js";
import { browser, compile } from "./compile.js";

/** What codegen makes of documents of one's own, by their names and faults. */

const catalogue = documentedCatalogue(llama);
const served = { schema: buildSchema(catalogue), catalogue };

/** The files of a client with operations of its own, by file and text. */
const filesOf = (own: Readonly<Record<string, string>>): Promise<Map<string, string>> =>
  clientFiles(
    served,
    Object.entries(own).map(([path, text]) => ({ path, text })),
  );

const faultsOf = async (own: Readonly<Record<string, string>>): Promise<string[]> =>
  filesOf(own).then(
    () => [],
    (error: Error) => error.message.split("\n"),
  );

test("names of any case become methods, and what is written compiles", async () => {
  const files = await filesOf({
    "a.graphql": "query countRuns { runs { totalCount } }\nquery count_all_runs { runs { totalCount } }",
    "b.graphql": "query GetURLs { runs { totalCount } }\nquery delete { runs { ...count_of } }",
    "c.graphql":
      "fragment count_of on RunConnection { totalCount }\nsubscription OnRuns { runsAdded { totalCount } }",
  });
  // Below the repository, so that @sweepql/client is found from there.
  const folder = fileURLToPath(new URL("../../.cache/own-documents/", import.meta.url));
  const texts = new Map([...files].map(([name, text]) => [join(folder, name), text]));
  texts.set(
    join(folder, "app.ts"),
    `import { createClient, OnRunsDocument, operations } from "./index.js";
    const client = createClient({ url: "", operations });
    const count: number = (await client.countRuns()).runs.totalCount;
    const all: number = (await client.count_all_runs()).runs.totalCount;
    const urls: number = (await client.getURLs()).runs.totalCount;
    const deleted: number = (await client.delete()).runs.totalCount;
    export default [count, all, urls, deleted, OnRunsDocument];\n`,
  );
  expect(compile(texts, browser)).toEqual([]);
});

test("the client's own names are refused, and those of every object", async () => {
  expectTypeOf<(typeof RESERVED)[number]>().toEqualTypeOf<ReservedName>();
  const names = [...RESERVED, "Request", "toString", "__proto__"];
  const faults = await faultsOf({
    "own.graphql": names.map((name) => `query ${name} { runs { totalCount } }\n`).join(""),
  });
  expect(faults).toEqual([
    expect.stringMatching(
      /^--documents: own\.graphql:1:1: The operation request would be the method request, which is taken\. .*neither request, paginate, then/,
    ),
    expect.stringContaining("own.graphql:2:1: The operation paginate would be the method paginate"),
    expect.stringContaining("own.graphql:3:1: The operation then would be the method then"),
    "--documents: own.graphql:4:1: There is another operation request, at own.graphql:1:1, which would be the same method request; Request needs another name.",
    expect.stringContaining("own.graphql:5:1: The operation toString would be the method toString"),
    expect.stringContaining("own.graphql:6:1: The operation __proto__ would be the method __proto__"),
  ]);
});

test("two operations that would be one method are refused, ours among them", async () => {
  expect(
    await faultsOf({
      "a.graphql": "query CountRuns { runs { totalCount } }",
      "b.graphql": "query countRuns { runs { totalCount } }\nquery BestRuns { runs { totalCount } }",
    }),
  ).toEqual([
    "--documents: b.graphql:1:1: There is another operation CountRuns, at a.graphql:1:1, which would be the same method countRuns; countRuns needs another name.",
    expect.stringMatching(
      /^--documents: b\.graphql:2:1: There is another operation BestRuns, at sweepql's best-runs\.graphql:\d+:1; BestRuns needs another name\.$/,
    ),
  ]);
});

test("every fault is told at once, by file, line and column", async () => {
  expect(
    await faultsOf({
      "a.graphql": "query A {\n  runs { nonsense }\n}\n{ runs { totalCount } }",
      "b.graphql": "query B {",
      "c.graphql": "fragment RunFields on Run { line }\ntype T { a: Int }",
    }),
  ).toEqual([
    "--documents: b.graphql:1:10: Syntax Error: Expected Name, found <EOF>.",
    expect.stringMatching(
      /^--documents: c\.graphql:1:1: There is another fragment RunFields, at sweepql's run-fields\.graphql:\d+:1\.$/,
    ),
    "--documents: c.graphql:2:1: Only operations and fragments are allowed here.",
    '--documents: a.graphql:2:10: Cannot query field "nonsense" on type "RunConnection". Did you mean "nodes"?',
    "--documents: a.graphql:4:1: An operation needs a name here: its method gets it.",
  ]);
});
