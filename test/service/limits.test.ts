import { getIntrospectionQuery } from "graphql";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { exampleQueries } from "../../schema/examples/examples.js";
import { type Answer, type Service, Services } from "./serve-with.js";

const services = new Services();
let service: Service;
beforeAll(async () => {
  service = await services.start();
});
afterAll(() => services.stop());

const GRAPHQL = { accept: "application/graphql-response+json" };
describe("a document", () => {
  const repeated = (count: number, write: (at: number) => string): string =>
    Array.from({ length: count }, (_, at) => write(at)).join(" ");
  test.each([
    [
      "depth",
      `{ runs(first: 1) { nodes ${"{ configuration { runs(first: 1) { nodes ".repeat(7)} { id } ${"} } }".repeat(7)} } }`,
      "24 fields within each other",
      "--max-depth",
    ],
    [
      "aliases",
      `{ runs(first: 1) { nodes { ${repeated(101, (at) => `a${at}: id`)} } } }`,
      "101 aliases",
      "--max-aliases",
    ],
    [
      "directives",
      `{ runs(first: 1) { nodes { ${repeated(101, () => "id @include(if: true)")} } } }`,
      "101 directives",
      "--max-directives",
    ],
    [
      "root fields",
      `{ ...a ...b } ${["a", "b"].map((name) => `fragment ${name} on Query { ${repeated(26, (at) => `${name}${at}: __typename`)} }`).join(" ")}`,
      "52 fields at its root",
      "--max-root-fields",
    ],
    ["tokens", `{ ${"__typename ".repeat(5001)} }`, "more than 5000 tokens", "--max-tokens"],
    [
      "nesting that a parser would not survive",
      "{a".repeat(200_000),
      "more than 5000 tokens",
      "--max-tokens",
    ],
  ])("is refused for its %s, by figure and limit", async (_, query, figure, limit) => {
    const response = await service.post({ query }, GRAPHQL);
    const { errors } = (await response.json()) as Answer;
    expect(errors?.[0]?.extensions?.code).toBe("LIMIT_EXCEEDED");
    expect(errors?.[0]?.message).toContain(figure);
    expect(errors?.[0]?.message).toContain(limit);
    expect(response.status).toBe(400);
  });

  test("larger than a body may be is 413, whether its length is told or not", async () => {
    const body = JSON.stringify({ query: `{ __typename } # ${"x".repeat(1_000_001)}` });
    const told = await service.post(body);
    const chunked = await fetch(service.server.url, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: new Blob([body]).stream(),
      duplex: "half",
    } as RequestInit);
    for (const response of [told, chunked]) {
      expect(response.status).toBe(413);
      const { errors } = (await response.json()) as Answer;
      expect(errors?.[0]?.extensions?.code).toBe("LIMIT_EXCEEDED");
      expect(errors?.[0]?.message).toContain("--max-body");
    }
  });

  test("with variables that nest too deep, or that are wrong in too many places, is refused in bounded time and words", async () => {
    const query = "query ($w: RunFilter) { runs(first: 0, where: $w) { totalCount } }";
    const deep = (write: string, end: string): string =>
      `{"query": "${query}", "variables": {"w": ${write.repeat(30_000)}{}${end.repeat(30_000)}}}`;
    for (const body of [deep('{"not":', "}"), deep('{"and":[', "]}"), deep("[", "]")]) {
      const response = await service.post(body, GRAPHQL);
      const { errors } = (await response.json()) as Answer;
      expect([response.status, errors?.[0]?.extensions?.code]).toEqual([400, "LIMIT_EXCEEDED"]);
      expect(errors?.[0]?.message).toContain("deeper than the 150 levels");
    }
    const unknown = Object.fromEntries(Array.from({ length: 60_000 }, (_, at) => [`k${at}`, at]));
    const response = await service.post({ query, variables: { w: unknown } });
    const text = await response.text();
    const { errors } = JSON.parse(text) as Answer;
    expect(errors?.[0]?.extensions?.code).toBe("BAD_USER_INPUT");
    expect(errors?.[0]?.message).toMatch(
      /^Variable "\$w" got invalid value.* … .*Field "k0" is not defined/s,
    );
    expect(text.length).toBeLessThan(50_000);
  });

  test("with variables that do not fit is 400 where the protocol lets it be, whoever answers", async () => {
    const service = await services.start();
    const query = "query Q($n: Int!) { runs(first: $n) { totalCount } }";
    for (const variables of [{}, { n: "1" }, { n: null }, { n: 1.5 }]) {
      for (let time = 0; time < 2; time += 1) {
        const statuses = [];
        for (const accept of ["application/graphql-response+json", "application/json"]) {
          const response = await service.post({ query, variables }, { accept });
          statuses.push(response.status);
          expect(await response.json()).not.toHaveProperty("data");
          await service.post({ query, variables: { n: 1 } }, { accept });
        }
        expect(statuses).toEqual([400, 200]);
      }
    }
  });

  test("asks for @defer or @stream in vain: they are off", async () => {
    const { errors } = await service.ask(
      "{ runs(first: 1) { ... @defer { totalCount } nodes @stream { id } } }",
    );
    expect(errors?.map(({ message }) => message)).toEqual([
      'Unknown directive "@defer".',
      'Unknown directive "@stream".',
    ]);
  });
});

describe("within the limits' defaults are", () => {
  test("all examples of the playground", async () => {
    for (const { name, query, variables } of exampleQueries(service.snapshot.catalogue)) {
      const { errors, extensions } = await service.ask(query, variables);
      expect(errors, name).toBeUndefined();
      expect(extensions?.cost?.requested, name).toBeLessThan(500_000);
    }
  });

  test("the introspection of GraphiQL", async () => {
    const query = getIntrospectionQuery({
      descriptions: true,
      inputValueDeprecation: true,
      oneOf: true,
      directiveIsRepeatable: true,
      schemaDescription: true,
      specifiedByUrl: true,
    });
    expect((await service.ask(query)).errors).toBeUndefined();
  });

  test("the nesting of Relay", async () => {
    const page = "pageInfo { hasNextPage endCursor } edges { cursor node";
    const { errors } = await service.ask(
      `{ datasets { id name runs(first: 50) { ${page} { id configuration { id runs(first: 10) { ${page} { id score(of: VAL_RAW_LOSS) { value point { step } } dataset { runs(first: 5) { ${page} { id } } } } } } } } } } } } }`,
    );
    expect(errors).toBeUndefined();
  });

  test("five thousand runs with their hyperparameters and curves", async () => {
    const { errors } = await service.ask(
      "{ runs(first: 5000) { nodes { id line hyperparameters { lr beta1 beta2 } score(of: VAL_RAW_LOSS) { value state } curve { axis valRawLoss } } } }",
    );
    expect(errors).toBeUndefined();
  });
});
