import { inspect } from "node:util";
import { describe, expect, test } from "vitest";
import { createClient, LimitError, operations, QueryError, StaleCursorError } from "../../client/index.js";
import { failure } from "./failure.js";
import { serveOther, serveSample } from "./serve.js";

describe("errors by their codes", () => {
  const answer = (extensions: object): string =>
    JSON.stringify({
      errors: [{ message: "No.", path: ["runs"], extensions: { code: "LIMIT_EXCEEDED" } }],
      data: null,
      extensions,
    });

  test("over the limit: with cost and budget where the server tells them", async () => {
    let extensions: object = { cost: { requested: 120, budget: 100 }, dataVersion: "abc" };
    const other = await serveOther((_, response) =>
      response.writeHead(200, { "content-type": "application/json" }).end(answer(extensions)),
    );
    const client = createClient({ url: other.url });
    const error = await failure(client.request("query Big { runs { totalCount } }"));
    expect(error).toBeInstanceOf(LimitError);
    expect(error).toBeInstanceOf(QueryError);
    expect(error).toMatchObject({
      name: "LimitError",
      operation: "Big",
      path: ["runs"],
      cost: 120,
      budget: 100,
      extensions: { dataVersion: "abc" },
    });
    expect(JSON.parse(JSON.stringify(error))).toMatchObject({ cost: 120, budget: 100 });
    expect(inspect(error)).toMatch(/cost: 120.*budget: 100/s);
    for (extensions of [{}, { cost: null }, { cost: "much" }, { cost: { requested: "120" } }])
      expect(await failure(client.request("{ a }"))).toMatchObject({ cost: null, budget: null });
    await other.close();
  });

  test("over a limit of the real server", async () => {
    const served = await serveSample();
    const client = createClient({ url: served.url });
    const pages = "runs(first: 5000) { nodes { id } }";
    const many = Array.from(
      { length: 60 },
      (_, index) =>
        `p${index}: runs(first: 5000) { nodes { ${pages.replace("runs", "configuration { runs")} } } }`,
    );
    const error = await failure(client.request(`query Big { ${many.join(" ")} }`));
    expect(error).toBeInstanceOf(LimitError);
    expect(error).toMatchObject({ code: "LIMIT_EXCEEDED", operation: "Big", cost: null, budget: null });
    const dear = await failure(
      client.request(
        "query Dear { runs(first: 5000) { nodes { configuration { runs(first: 5000) { nodes { id } } } } } }",
      ),
    );
    expect(dear).toBeInstanceOf(LimitError);
    const { cost, budget, message } = dear as LimitError;
    expect(budget).toBe(1_000_000);
    expect(cost).toBeGreaterThan(1_000_000);
    expect(message).toContain(`may cost ${cost}, and at most ${budget}`);
    await served.close();
  });

  test("a cursor of other data is stale", async () => {
    const [one, other] = [await serveSample(), await serveSample(2)];
    const first = await createClient({ url: one.url, operations }).runs({ first: 2 });
    const error = await failure(
      createClient({ url: other.url, operations }).runs({ first: 2, after: first.runs.pageInfo.endCursor }),
    );
    expect(error).toBeInstanceOf(StaleCursorError);
    expect(error).toMatchObject({ name: "StaleCursorError", code: "STALE_CURSOR", operation: "Runs" });
    await Promise.all([one.close(), other.close()]);
  });
});
