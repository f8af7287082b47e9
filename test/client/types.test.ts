import { fileURLToPath } from "node:url";
import { inspect } from "node:util";
import type { TypedDocumentNode } from "@graphql-typed-document-node/core";
import type { DocumentNode } from "graphql";
import { describe, expect, expectTypeOf, test } from "vitest";
import {
  BestRunsDocument,
  type BestRunsQuery,
  type BestRunsQueryVariables,
  createClient,
  DatasetsDocument,
  exportFile,
  type DatasetsQuery,
  LlamaBestRunsDocument,
  type Measure,
  type MetricName,
  operations,
  type RunFieldsFragment,
  type Scale,
  type ValueState,
} from "../../client/index.js";
import { browser, compile } from "./compile.js";

/** Checked by the compiler: nothing here is called. */
const never = createClient({
  url: "http://127.0.0.1:9",
  operations,
  fetch: () => Promise.reject(new Error("not to be called")),
});
const uncalled = (_: () => unknown): void => undefined;

describe("request", () => {
  test("has the document's result, and its variables", () => {
    uncalled(async () => {
      expectTypeOf(
        await never.request(BestRunsDocument, { metric: "VAL_RAW_LOSS" }),
      ).toEqualTypeOf<BestRunsQuery>();
      // @ts-expect-error the metric is required
      await never.request(BestRunsDocument);
      // @ts-expect-error no such variable
      await never.request(BestRunsDocument, { metric: "VAL_RAW_LOSS", count: 10 });
      // @ts-expect-error first is a number
      await never.request(BestRunsDocument, { metric: "VAL_RAW_LOSS", first: "10" });
    });
  });

  test("needs no variables where none is required", () => {
    uncalled(async () => {
      await never.request(DatasetsDocument);
      await never.request(DatasetsDocument, {}, { signal: AbortSignal.timeout(1) });
      await never.request(LlamaBestRunsDocument);
      // @ts-expect-error it has no variables
      await never.request(DatasetsDocument, { first: 1 });
    });
  });

  test("takes other generators' documents, and plain strings", () => {
    uncalled(async () => {
      const typed = {} as TypedDocumentNode<{ readonly a: number }, { readonly b: string }>;
      expectTypeOf(await never.request(typed, { b: "" })).toEqualTypeOf<{ readonly a: number }>();
      // @ts-expect-error b is required
      await never.request(typed);
      class TypedText<Result, Variables> extends String {
        declare __apiType?: (variables: Variables) => Result;
      }
      const text = new TypedText<{ readonly a: number }, { readonly b: string }>("");
      expectTypeOf(await never.request(text, { b: "" })).toEqualTypeOf<{ readonly a: number }>();
      expectTypeOf(await never.request({} as DocumentNode)).toEqualTypeOf<unknown>();
      expectTypeOf(await never.request("{ datasets { name } }", { any: 1 })).toEqualTypeOf<unknown>();
      expectTypeOf(await never.request<{ a: 1 }>("{ a }")).toEqualTypeOf<{ a: 1 }>();
    });
  });
});

describe("methods", () => {
  test("are as their documents", () => {
    expectTypeOf(never.bestRuns).returns.resolves.toEqualTypeOf<BestRunsQuery>();
    expectTypeOf(never.bestRuns).parameter(0).toEqualTypeOf<BestRunsQueryVariables>();
    expectTypeOf(never.datasets).toBeCallableWith();
  });

  test("have pages where their documents have a cursor, and else are promises alone", () => {
    expectTypeOf(never.datasets).returns.toEqualTypeOf<Promise<DatasetsQuery>>();
    expectTypeOf(never.bestRuns).returns.toEqualTypeOf<Promise<BestRunsQuery>>();
    expectTypeOf(never.runs).returns.toExtend<AsyncIterable<RunFieldsFragment>>();
    expectTypeOf(never.runEdges).returns.toExtend<AsyncIterable<RunFieldsFragment>>();
    uncalled(() => {
      // @ts-expect-error there are no pages to be limited
      void never.datasets({}, { limit: 3 });
    });
  });

  test("are those that were named, and none other", () => {
    const few = createClient({ url: "", operations: { best: BestRunsDocument } });
    expectTypeOf(few).toHaveProperty("best");
    expectTypeOf(few).not.toHaveProperty("bestRuns");
    const _bare = createClient({ url: "" });
    expectTypeOf<keyof typeof _bare>().toEqualTypeOf<"request" | "paginate">();
    // @ts-expect-error request is the client's own
    uncalled(() => createClient({ url: "", operations: { request: BestRunsDocument } }));
  });
});

describe("a client", () => {
  test("may be copied, wrapped and inherited from", async () => {
    const { signal } = new AbortController();
    const seen: string[] = [];
    const fetch = (url: string | URL | Request): Promise<Response> => {
      seen.push(url instanceof Request ? url.url : String(url));
      return Promise.resolve(new Response("{}"));
    };
    const client = createClient({ url: "/graphql", fetch, headers: { authorization: "hunter2" } });
    const others = [{ ...client }, new Proxy(client, {}), Object.create(client) as typeof client];
    for (const other of others) await exportFile(other, "runs", "csv", {}, { signal });
    expect(seen).toEqual(Array(3).fill("/export/runs.csv"));
    expect(inspect(client, { depth: 9, showHidden: true })).not.toContain("hunter2");
    const none = { ...client, [Symbol.for("sweepql.client")]: undefined };
    await expect(exportFile(none, "runs", "csv")).rejects.toThrow("a client of createClient");
  });

  test("passes optional parameters on, where undefined is no value of optional properties", () => {
    const path = fileURLToPath(new URL("exact.ts", import.meta.url));
    const code = `import { addedRuns, changedDatasets, type ClientOptions, createClient, exportFile, type ExportFilter, type RunFilter, subscribe, DatasetChangedDocument } from "../../client/index.js";
      export function ask(options: { [Name in keyof Omit<ClientOptions, "url" | "operations">]?: ClientOptions[Name] | undefined }, signal?: AbortSignal, where?: RunFilter, filter?: ExportFilter, first?: number) {
        const { headers, retry, timeout, fetch, observe, nonFiniteAs } = options;
        const attempts = first, baseDelay = first, maxDelay = first, silence = first;
        const client = createClient({ url: "/", headers, retry: { attempts, baseDelay, maxDelay }, timeout, fetch, observe, nonFiniteAs });
        void client.request("{ a }", {}, { signal, retry, headers: { authorization: undefined }, timeout, nonFiniteAs });
        client.paginate("{ a }", { first }, { limit: first, pageSize: first, signal });
        void exportFile(client, "points", "csv", { where: { and: undefined, not: filter }, first, from: first, columns: undefined, orderBy: undefined });
        return [addedRuns(client, { and: undefined, not: where }, { signal, seen: undefined, limit: first }), changedDatasets(client, { signal, silence }), subscribe(client, DatasetChangedDocument, undefined, { silence })];
      }`;
    expect(compile(new Map([[path, code]]), { ...browser, exactOptionalPropertyTypes: true })).toEqual([]);
  });

  test("brings no name into the open that is its own affair", async () => {
    const names = Object.keys(await import("../../client/index.js"));
    const functions = names.filter((name) => /^[a-z]/.test(name)).sort();
    expect(functions).toEqual([
      "addedRuns",
      "changedDatasets",
      "createClient",
      "curvePoints",
      "exportFile",
      "exportRows",
      "operations",
      "subscribe",
    ]);
  });
});

describe("generated types", () => {
  test("documents are other clients' documents", () => {
    expectTypeOf(BestRunsDocument).toExtend<DocumentNode>();
    expectTypeOf(BestRunsDocument).toExtend<TypedDocumentNode<BestRunsQuery, BestRunsQueryVariables>>();
  });

  test("enums of answers and of the data are open; those of arguments are not", () => {
    expectTypeOf<string>().toExtend<MetricName>();
    expectTypeOf<string>().toExtend<ValueState>();
    expectTypeOf<Scale>().toEqualTypeOf<"LINEAR" | "LOG10">();
  });

  test("a measure is exactly one thing", () => {
    expectTypeOf<{ hyperparameter: "batch size of another folder" }>().toExtend<Measure>();
    expectTypeOf<{ hyperparameter: "LR"; iteration: true }>().not.toExtend<Measure>();
  });

  test("numbers are numbers, lists are read-only", () => {
    type Curve = NonNullable<Awaited<ReturnType<typeof never.llamaRunCurve>>["run"]>;
    expectTypeOf<Curve["series"]["valRawLoss"]>().toEqualTypeOf<readonly (number | null)[]>();
    expectTypeOf<Curve["hyperparameters"]["seed"]>().toEqualTypeOf<number | null>();
    expectTypeOf<Curve["id"]>().toEqualTypeOf<string>();
  });
});
