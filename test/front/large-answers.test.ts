import { once } from "node:events";
import { type IncomingMessage, request as send } from "node:http";
import { connect } from "node:net";
import { gunzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Services } from "../service/serve-with.js";
import { counted, CURVE, hear, JSON_BODY, LARGE, large, RUNS } from "./hear.js";

const services = new Services();
let plain: Awaited<ReturnType<Services["start"]>>;
beforeAll(async () => {
  plain = await services.start();
});
afterAll(() => services.stop());

describe("large answers", () => {
  const gzip = { ...JSON_BODY, "accept-encoding": "br, gzip;q=0.5" };
  const query = "{ runs(first: 128) { nodes { id line curve { axis valRawLoss } } } }";

  test("are compressed for whoever takes it, in pieces or whole", async () => {
    for (const asked of [query, LARGE]) {
      const expected = (await hear(plain.server.url, JSON_BODY, { query: asked })).body;
      for (let time = 0; time < 3; time += 1) {
        const { headers, body } = await hear(plain.server.url, gzip, { query: asked });
        const text = headers["content-encoding"] === "gzip" ? gunzipSync(body) : body;
        expect(text.equals(expected)).toBe(true);
        expect(headers["content-encoding"]).toBe("gzip");
      }
    }
    for (const coding of ["gzip;q=0", "identity", "br"]) {
      const { headers } = await hear(
        plain.server.url,
        { ...JSON_BODY, "accept-encoding": coding },
        { query },
      );
      expect(headers["content-encoding"]).toBeUndefined();
    }
  });

  test("of plain values go in pieces too, and are kept by nobody", async () => {
    const values = "hyperparameterValues { name originalName type number boolean string state }";
    const { datasets } = (await services.snapshot()).catalogue;
    const asked = (count: number): string =>
      `{ runs(first: 128) { nodes { ${Array.from({ length: count }, (_, at) => `v${at}: ${values}`).join(" ")} } } }`;
    const service = await services.start();
    const nodesOf = (body: Buffer) =>
      (JSON.parse(body.toString()) as { data: { runs: { nodes: Record<string, unknown>[] } } }).data.runs
        .nodes;
    const [expected] = [nodesOf((await hear(service.server.url, JSON_BODY, { query: asked(1) })).body)];
    expect(expected).toHaveLength(datasets.reduce((sum, { runCount }) => sum + runCount, 0));
    for (let time = 0; time < 2; time += 1) {
      const { headers, body } = await hear(service.server.url, JSON_BODY, { query: asked(12) });
      expect(body.length).toBeGreaterThan(1_000_000);
      expect([headers["transfer-encoding"], headers["content-length"]]).toEqual(["chunked", undefined]);
      for (const [index, node] of nodesOf(body).entries())
        for (const one of Object.values(node)) expect(one).toEqual(expected[index]?.["v0"]);
    }
    const requests = service.logged.filter(({ msg }) => msg === "request");
    expect(requests.map(({ cached }) => cached)).toEqual([false, false, false]);
  });

  test("go whole, with their length, to a client that gets no chunks", async () => {
    await hear(plain.server.url, JSON_BODY, { query: LARGE });
    const expected = (await hear(plain.server.url, JSON_BODY, { query: LARGE })).body;
    const { hostname, port, host } = new URL(plain.server.url);
    const socket = connect(Number(port), hostname);
    const body = JSON.stringify({ query: LARGE });
    socket.write(
      `POST /graphql HTTP/1.0\r\nHost: ${host}\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
    );
    const pieces: Buffer[] = [];
    for await (const piece of socket) pieces.push(piece as Buffer);
    const answer = Buffer.concat(pieces);
    const end = answer.indexOf("\r\n\r\n");
    expect(answer.subarray(0, end).toString().toLowerCase()).toContain(`content-length: ${expected.length}`);
    expect(answer.subarray(end + 4).equals(expected)).toBe(true);
  });

  test("that fail on their way break off visibly", async () => {
    const { watch } = counted({
      async curves(...args) {
        const columns = await (await services.snapshot()).store.curves(...args);
        // A required number that is none, in a point near the end.
        const axis = Array.from(columns.axis);
        axis[axis.length - 5] = NaN;
        return { ...columns, axis };
      },
    });
    const service = await services.start({ store: watch });
    await hear(service.server.url, JSON_BODY, { query: "{ __typename }" });
    await expect(hear(service.server.url, JSON_BODY, { query: LARGE })).rejects.toThrow("aborted");
    const compressed = { ...JSON_BODY, "accept-encoding": "gzip" };
    await hear(service.server.url, compressed, { query: "{ __typename }" });
    await expect(hear(service.server.url, compressed, { query: LARGE })).rejects.toThrow("aborted");
    expect(service.logged.some(({ msg }) => msg === "an answer was not sent")).toBe(true);
    // One that is small enough to be looked at whole is answered with its error.
    const small = await hear(service.server.url, JSON_BODY, {
      query: `{ runs(first: 128) { nodes { ${CURVE} } } }`,
    });
    expect(JSON.parse(small.body.toString())).toMatchObject({
      errors: [{ extensions: { code: "INTERNAL" } }],
    });
  });

  test("are sent to so many clients at once, and others are asked to come again", async () => {
    const service = await services.start({ limits: { maxRequests: 2 } });
    const { url } = service.server;
    await hear(url, JSON_BODY, { query: "{ __typename }" });
    const stalled = await Promise.all(
      [1, 2].map(async () => {
        const asked = send(url, { method: "POST", headers: JSON_BODY });
        asked.end(JSON.stringify({ query: large(60) }));
        const [response] = (await once(asked, "response")) as [IncomingMessage];
        return response.pause();
      }),
    );
    const refused = await hear(url, JSON_BODY, { query: LARGE });
    expect([refused.status, refused.headers["retry-after"]]).toEqual([503, "2"]);
    expect(refused.body.toString()).toContain("OVERLOADED");
    expect((await hear(url, JSON_BODY, { query: RUNS(3) })).status).toBe(200);
    for (const response of stalled) response.destroy();
    await expect.poll(async () => (await hear(url, JSON_BODY, { query: LARGE })).status).toBe(200);
  });

  test("end with a client that takes nothing any more", async () => {
    const service = await services.start();
    await hear(service.server.url, JSON_BODY, { query: "{ __typename }" });
    const asked = send(service.server.url, {
      method: "POST",
      headers: { ...JSON_BODY, "x-request-id": "leaves" },
    });
    await hear(service.server.url, JSON_BODY, { query: "{ __typename }" });
    asked.end(JSON.stringify({ query: large(40) }));
    const [response] = (await once(asked, "response")) as [IncomingMessage];
    response.destroy();
    await expect
      .poll(() => service.logged.find(({ requestId, msg }) => requestId === "leaves" && msg === "request"))
      .toMatchObject({ outcome: "aborted", status: null });
  });
});
