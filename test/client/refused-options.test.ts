import { inspect } from "node:util";
import { expect, test } from "vitest";
import { addedRuns, createClient, operations, RunsDocument } from "../../client/index.js";
import { failure } from "./failure.js";

test.each([
  ["credentials", "http://me:hunter2@localhost/graphql"],
  ["no such port", "http://host:hunter2/"],
  ["another scheme", "localhost:4000/hunter2"],
  ["no page that it is relative to", "/hunter2"],
  ["nothing", ""],
])("a URL that cannot be asked is refused at once, and not told: %s", (_, url) => {
  const attempt = (): unknown => {
    try {
      return createClient({ url });
    } catch (error) {
      return error;
    }
  };
  const error = attempt();
  expect(error).toMatchObject({ name: "SweepqlError", operation: null });
  expect((error as Error).message).toMatch(/^url is no URL of http or https/);
  expect(inspect(error, { depth: 9, showHidden: true })).not.toContain("hunter2");
});

test("a URL that only its own fetch understands is left to that", async () => {
  const asked: unknown[] = [];
  const fetch = (url: string | URL | Request): Promise<Response> => {
    asked.push(url);
    return Promise.resolve(Response.json({ data: { a: 1 } }));
  };
  expect(await createClient({ url: "/graphql", fetch }).request("{ a }")).toEqual({ a: 1 });
  expect(asked).toEqual(["/graphql"]);
});

test.each([
  [{ pageSize: 0 }, "pageSize is 0; 1 or more is allowed"],
  [{ pageSize: NaN }, "pageSize is NaN; 1 or more is allowed"],
  [{ limit: NaN }, "limit is NaN; 0 or more is allowed"],
  [{ limit: -1, pageSize: 10 }, "limit is -1; 0 or more is allowed"],
  [{ timeout: -1 }, "timeout is -1; 0 or more is allowed"],
  [{ timeout: NaN }, "timeout is NaN; 0 or more is allowed"],
])("%o is refused before anything is asked", async (options, message) => {
  const asked: unknown[] = [];
  const client = createClient({
    url: "http://127.0.0.1:9",
    operations,
    observe: (event) => asked.push(event),
  });
  const refused = { name: "SweepqlError", message: `Runs: ${message}` };
  expect(await failure(Promise.resolve(client.runs({}, options)))).toMatchObject(refused);
  const rows = [
    client.runs({}, options),
    client.runs({ last: 5 }, options),
    client.paginate(RunsDocument, {}, options),
  ];
  for (const each of rows) expect(await failure(each[Symbol.asyncIterator]().next())).toMatchObject(refused);
  expect(asked).toEqual([]);
});

test("addedRuns refuses them, too", async () => {
  const client = createClient({ url: "http://127.0.0.1:9" });
  for (const options of [{ limit: -1 }, { limit: NaN }, { pageSize: 0 }]) {
    const error = await failure(addedRuns(client, {}, options).next());
    const [[name, value] = []] = Object.entries(options);
    expect(error).toMatchObject({
      name: "SweepqlError",
      message: expect.stringContaining(`${name} is ${value};`) as string,
    });
  }
});
