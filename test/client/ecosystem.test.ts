import { ApolloClient, HttpLink, InMemoryCache } from "@apollo/client";
import { relayStylePagination } from "@apollo/client/utilities";
import { QueryClient, QueryObserver } from "@tanstack/query-core";
import { Client, fetchExchange } from "@urql/core";
import { cacheExchange } from "@urql/exchange-graphcache";
import { relayPagination } from "@urql/exchange-graphcache/extras";
import { GraphQLClient } from "graphql-request";
import { afterAll, beforeAll, describe, expect, expectTypeOf, test } from "vitest";
import {
  BestRunsDocument,
  type BestRunsQuery,
  createClient,
  operations,
  RunDocument,
  RunEdgesDocument,
  type RunEdgesQuery,
  RunsDocument,
} from "../../client/index.js";
import { type Served, serveSample } from "./serve.js";

/** The exported documents, as they are, in other clients against a real server. */

let served: Served;
let sent: number;
beforeAll(async () => {
  served = await serveSample();
});
afterAll(() => served.close());

const counting: typeof fetch = (input, init) => {
  sent += 1;
  return fetch(input, init);
};

const dataset = "llama-33m_tuning";
const where = { dataset: { eq: dataset } };
const best = { metric: "VAL_RAW_LOSS", where, first: 3 } as const;
const upTo = (last: number): number[] => Array.from({ length: last }, (_, index) => index + 1);

/** What our own client answers. */
const expected = (): Promise<BestRunsQuery> => createClient({ url: served.url, operations }).bestRuns(best);

/** An answer without what a cache added to it. */
const plain = (data: unknown): unknown =>
  JSON.parse(JSON.stringify(data, (key, value: unknown) => (key === "__typename" ? undefined : value)));

describe("Apollo Client", () => {
  const connect = (): ApolloClient => {
    sent = 0;
    return new ApolloClient({
      link: new HttpLink({ uri: served.url, fetch: counting }),
      cache: new InMemoryCache({
        typePolicies: { Query: { fields: { runs: relayStylePagination(["where", "orderBy"]) } } },
      }),
    });
  };

  test("answers a typed document", async () => {
    const { data } = await connect().query({ query: BestRunsDocument, variables: best });
    expectTypeOf(data?.runs.totalCount).toEqualTypeOf<number | undefined>();
    expect((plain(data) as BestRunsQuery).runs.totalCount).toBe(64);
  });

  test("normalises by id: what one query brought, another finds", async () => {
    const client = connect();
    const variables = { dataset, line: 5 };
    const { data } = await client.query({ query: RunDocument, variables });
    const id = client.cache.identify({ __typename: "Run", id: data?.run?.id ?? "" });
    expect(id).toBe(`Run:${data?.run?.id}`);
    const entities = () => client.cache.extract() as Record<string, unknown>;
    expect(entities()[id ?? ""]).toMatchObject({ line: 5, pointCount: data?.run?.pointCount });
    await client.query({ query: RunEdgesDocument, variables: { where, first: 10 } });
    const runs = Object.keys(entities()).filter((key) => key.startsWith("Run:"));
    expect(runs).toHaveLength(10);
    await client.query({ query: RunDocument, variables });
    expect(sent).toBe(2);
  });

  test("merges pages in Relay's way", async () => {
    const client = connect();
    const asked = { query: RunEdgesDocument, variables: { where, first: 4 } };
    const lines = (data: RunEdgesQuery | null | undefined) => data?.runs.edges.map(({ node }) => node.line);
    const { data } = await client.query(asked);
    expect(lines(data)).toEqual(upTo(4));
    const pages = client.watchQuery(asked);
    const leave = pages.subscribe(() => undefined);
    await pages.fetchMore({ variables: { after: data?.runs.pageInfo.endCursor ?? null } });
    leave.unsubscribe();
    expect(lines(client.readQuery(asked))).toEqual(upTo(8));
    expect(sent).toBe(2);
    client.stop();
  });
});

describe("urql", () => {
  const connect = (): Client => {
    sent = 0;
    return new Client({
      url: served.url,
      fetch: counting,
      preferGetMethod: false,
      exchanges: [
        cacheExchange({
          resolvers: {
            Query: {
              runs: relayPagination(),
              node: (_, { id }) => ({ __typename: "Run", id: id as string }),
            },
          },
          // Parts without an id belong to what holds them.
          keys: Object.fromEntries(
            ["RunConnection", "PageInfo", "Score", "HyperparameterValue"].map((name) => [name, () => null]),
          ),
        }),
        fetchExchange,
      ],
    });
  };

  test("answers a typed document", async () => {
    const { data, error } = await connect().query(BestRunsDocument, best).toPromise();
    expectTypeOf(data).toEqualTypeOf<BestRunsQuery | undefined>();
    expect(error).toBeUndefined();
    expect(data?.runs.totalCount).toBe(64);
    expect(plain(data?.runs.nodes)).toEqual((await expected()).runs.nodes);
  });

  test("normalises by id: what one query brought, another finds", async () => {
    const client = connect();
    const variables = { dataset, line: 5 };
    const one = await client.query(RunDocument, variables).toPromise();
    const again = await client.query(RunDocument, variables).toPromise();
    expect(sent).toBe(1);
    expect(again.data).toEqual(one.data);
    await client.query(RunsDocument, { where, first: 10 }).toPromise();
    expect(sent).toBe(2);
    // The cache has every run of the page under its id, and needs no server for it.
    const text = "query Node($id: ID!) { node(id: $id) { __typename id ... on Run { line pointCount } } }";
    const node = await client.query<{ node: unknown }>(text, { id: one.data?.run?.id }).toPromise();
    expect(node.data?.node).toMatchObject({ line: 5, pointCount: one.data?.run?.pointCount });
    expect(sent).toBe(2);
  });

  test("merges pages in Relay's way", async () => {
    const client = connect();
    const first = await client.query(RunsDocument, { where, first: 4 }).toPromise();
    const after = first.data?.runs.pageInfo.endCursor;
    const both = await client.query(RunsDocument, { where, first: 4, after }).toPromise();
    expect(both.data?.runs.nodes.map(({ line }) => line)).toEqual(upTo(8));
    expect(sent).toBe(2);
  });
});

test("graphql-request answers a typed document", async () => {
  const client = new GraphQLClient(served.url);
  const data = await client.request(BestRunsDocument, best);
  expectTypeOf(data).toEqualTypeOf<BestRunsQuery>();
  expect(data).toEqual(await expected());
  // @ts-expect-error the metric is required
  await expect(client.request(BestRunsDocument, {})).rejects.toThrow(/metric/);
});

test("TanStack Query answers through this client, once for each key", async () => {
  sent = 0;
  const client = createClient({ url: served.url, operations, fetch: counting });
  const cache = new QueryClient();
  const options = {
    queryKey: ["bestRuns", best],
    queryFn: ({ signal }: { signal: AbortSignal }) => client.bestRuns(best, { signal }),
    staleTime: Infinity,
  };
  const [data, same] = await Promise.all([cache.fetchQuery(options), cache.fetchQuery(options)]);
  expectTypeOf(data).toEqualTypeOf<BestRunsQuery>();
  expect(same).toBe(data);
  expect(sent).toBe(1);

  const observer = new QueryObserver(cache, { ...options, queryKey: ["left"] });
  const leave = observer.subscribe(() => undefined);
  leave();
  await cache.cancelQueries({ queryKey: ["left"] });
  expect(cache.getQueryState(["left"])?.fetchStatus).toBe("idle");
  cache.clear();
});
