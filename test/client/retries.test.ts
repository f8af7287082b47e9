import type { ServerResponse } from "node:http";
import { afterEach, describe, expect, test, vi } from "vitest";
import { type ClientEvent, createClient, type RetryOptions } from "../../client/index.js";
import { type Served, serveOther } from "./serve.js";

let served: Served | undefined;
afterEach(async () => {
  await served?.close();
  served = undefined;
});

const good = (response: ServerResponse): void => {
  response.writeHead(200, { "content-type": "application/json" }).end('{"data":{"a":1}}');
};

/** A server that answers the first requests so, one after another, and well from then on. */
async function failing(...answers: ((response: ServerResponse) => void)[]) {
  let asked = 0;
  served = await serveOther((_, response) => (answers[asked++] ?? good)(response));
  const events: ClientEvent[] = [];
  const client = (retry: RetryOptions | false = { baseDelay: 1 }) =>
    createClient({ url: served?.url ?? "", retry, observe: (event) => events.push(event) });
  return { client, events, asked: () => asked };
}

const status =
  (code: number, headers: Record<string, string> = {}) =>
  (response: ServerResponse): void => {
    response.writeHead(code, headers).end("not now");
  };
const cut = (response: ServerResponse): void => {
  response.destroy();
};
const types = (events: readonly ClientEvent[]): string[] =>
  events.map((event) => ("status" in event ? `${event.type} ${event.status}` : event.type));

describe("sent again", () => {
  test.each([
    ["429", status(429)],
    ["502", status(502)],
    ["503", status(503)],
    ["504", status(504)],
    ["a connection cut off", cut],
    [
      "503 with GraphQL's errors",
      (response: ServerResponse) => {
        response
          .writeHead(503, { "content-type": "application/json" })
          .end('{"errors":[{"message":"busy"}]}');
      },
    ],
  ])("after %s", async (_, answer) => {
    const { client, events, asked } = await failing(answer, answer);
    expect(await client().request("{ a }")).toEqual({ a: 1 });
    expect(asked()).toBe(3);
    expect(types(events).filter((type) => type === "retry")).toHaveLength(2);
    expect(events.at(-1)).toMatchObject({ type: "response", status: 200, attempt: 3, operation: null });
  });

  test("only so often, then with the last error", async () => {
    const { client, asked, events } = await failing(status(503), status(502), status(504), status(503));
    await expect(client().request("query Q { a }")).rejects.toMatchObject({ name: "HttpError", status: 504 });
    expect(asked()).toBe(3);
    expect(types(events)).toEqual([
      ...["request", "response 503", "retry"],
      ...["request", "response 502", "retry"],
      ...["request", "response 504", "error"],
    ]);
    expect(new Set(events.map(({ operation }) => operation))).toEqual(new Set(["Q"]));
  });
});

describe("not sent again", () => {
  test.each([400, 401, 404, 500])("after %i", async (code) => {
    const { client, asked } = await failing(status(code));
    await expect(client().request("{ a }")).rejects.toMatchObject({ status: code });
    expect(asked()).toBe(1);
  });

  test("where the server says that the request itself takes too long", async () => {
    const body = JSON.stringify({ errors: [{ message: "too long", extensions: { code: "TIMEOUT" } }] });
    const { client, asked } = await failing((response) => response.writeHead(504).end(body));
    await expect(client().request("{ a }")).rejects.toMatchObject({ status: 504, code: "TIMEOUT" });
    expect(asked()).toBe(1);
  });

  test("where retries are off", async () => {
    const { client, asked } = await failing(status(503));
    await expect(client(false).request("{ a }")).rejects.toMatchObject({ status: 503 });
    expect(asked()).toBe(1);
  });

  test.each([",mutation{a}", "mutation M { a }", "query Q { a } mutation M { a }", "{a}mutation{a}"])(
    "%s",
    async (text) => {
      const { client, asked } = await failing(status(503));
      await expect(client().request(text)).rejects.toMatchObject({ status: 503 });
      expect(asked()).toBe(1);
    },
  );

  test("where the signal is aborted while it waits", async () => {
    served = await serveOther((_, response) => status(503, { "retry-after": "15" })(response));
    const controller = new AbortController();
    const client = createClient({
      url: served.url,
      observe: ({ type }) => (type === "retry" ? controller.abort("enough") : undefined),
    });
    await expect(client.request("query Q { a }", {}, { signal: controller.signal })).rejects.toMatchObject({
      name: "AbortError",
      cause: "enough",
      operation: "Q",
    });
  });
});

describe("Retry-After", () => {
  /** The pause that a client chooses; it is not waited for. */
  async function pauseAfter(header: string, retry?: RetryOptions): Promise<number | string> {
    const other = await serveOther((_, response) => status(429, { "retry-after": header })(response));
    const controller = new AbortController();
    let delay: number | string = "none";
    const client = createClient({
      url: other.url,
      ...(retry && { retry }),
      observe: (event) => {
        if (event.type === "retry") delay = event.delay;
        if (event.type !== "request" && event.type !== "response") controller.abort();
      },
    });
    await client.request("{ a }", {}, { signal: controller.signal }).catch(() => undefined);
    await other.close();
    return delay;
  }

  test("in seconds is waited for", async () => {
    const delays = await Promise.all(Array.from({ length: 5 }, () => pauseAfter("7")));
    for (const delay of delays) {
      expect(delay).toBeGreaterThanOrEqual(7000);
      expect(delay).toBeLessThanOrEqual(8400);
    }
    // Clients that were refused together do not come back together.
    expect(new Set(delays).size).toBeGreaterThan(1);
  });

  test("as a date is waited for", async () => {
    const delay = await pauseAfter(new Date(Date.now() + 9000).toUTCString());
    expect(delay).toBeGreaterThan(5000);
    expect(delay).toBeLessThanOrEqual(10_800);
  });

  test("longer than the longest pause ends it", async () => {
    expect(await pauseAfter("3600")).toBe("none");
    expect(await pauseAfter("5", { maxDelay: 4999 })).toBe("none");
  });

  test("longer than the time that is left ends it, with what the server said", async () => {
    const { client, events } = await failing(status(429, { "retry-after": "9" }));
    await expect(client().request("{ a }", {}, { timeout: 5000 })).rejects.toMatchObject({
      name: "HttpError",
      status: 429,
      retryAfter: 9000,
    });
    expect(types(events)).toEqual(["request", "response 429", "error"]);
  });

  test("that is none, or past, leaves the backoff", async () => {
    for (const header of ["soon", "0", new Date(0).toUTCString()]) {
      const delay = await pauseAfter(header, { baseDelay: 100 });
      expect(delay).toBeGreaterThanOrEqual(50);
      expect(delay).toBeLessThanOrEqual(100);
    }
  });

  test("is told by the error", async () => {
    const { client } = await failing(status(429, { "retry-after": "7" }));
    await expect(client(false).request("{ a }")).rejects.toMatchObject({ retryAfter: 7000 });
  });
});

test("pauses differ, and grow up to the longest", async () => {
  const { client, events } = await failing(...Array.from({ length: 7 }, () => status(503)));
  await client({ attempts: 8, baseDelay: 8, maxDelay: 40 }).request("{ a }");
  const delays = events.flatMap((event) => (event.type === "retry" ? [event.delay] : []));
  const bounds = [8, 16, 32, 40, 40, 40, 40];
  expect(delays).toHaveLength(bounds.length);
  for (const [index, bound] of bounds.entries()) {
    expect(delays[index]).toBeLessThanOrEqual(bound);
    expect(delays[index]).toBeGreaterThanOrEqual(bound / 2);
  }
  expect(new Set(delays).size).toBeGreaterThan(3);
});

test("headers are asked for before each attempt", async () => {
  const seen: (string | undefined)[] = [];
  served = await serveOther((request, response) => {
    seen.push(request.headers.authorization);
    if (seen.length === 1) status(503)(response);
    else good(response);
  });
  let count = 0;
  const client = createClient({
    url: served.url,
    retry: { baseDelay: 1 },
    headers: () => Promise.resolve({ authorization: `token ${(count += 1)}` }),
  });
  await client.request("{ a }");
  await client.request("{ a }", {}, { headers: { authorization: "mine" } });
  expect(seen).toEqual(["token 1", "token 2", "mine"]);
});

test("a timeout carries what the attempt before it ended with", async () => {
  const { client } = await failing(status(503), () => undefined);
  await expect(client().request("{ a }", {}, { timeout: 3000 })).rejects.toMatchObject({
    name: "TimeoutError",
    cause: { name: "HttpError", status: 503 },
  });
});

test("an observer that throws does not fail a good answer", async () => {
  const { client } = await failing();
  const told = vi.spyOn(console, "error").mockImplementation(() => undefined);
  const broken = createClient({
    url: served?.url ?? "",
    observe: ({ type }) => {
      throw new Error(`broken at ${type}`);
    },
  });
  expect(await broken.request("{ a }")).toEqual(await client().request("{ a }"));
  expect(told.mock.calls.flat().map(String)).toEqual([
    "Error: broken at request",
    "Error: broken at response",
  ]);
  told.mockRestore();
});
