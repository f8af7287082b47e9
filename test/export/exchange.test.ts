import { once } from "node:events";
import { type IncomingMessage, request } from "node:http";
import { buffer } from "node:stream/consumers";
import { gunzipSync } from "node:zlib";
import { afterAll, beforeAll, expect, test } from "vitest";
import { formatNames } from "../../server/export/formats/format.js";
import { type Service, Services } from "../service/serve-with.js";

/** What HTTP knows to save: answers that a client holds already, and bytes. */

const services = new Services();
let service: Service;
beforeAll(async () => {
  service = await services.start();
});
afterAll(() => services.stop());

const runs = (format: string, first = 12): string =>
  new URL(`/export/runs.${format}?first=${first}`, service.server.url).href;

test("an export is not sent again to who has it", async () => {
  const first = await fetch(runs("csv"));
  await first.text();
  const etag = first.headers.get("etag") ?? "";
  const again = await fetch(runs("csv"), { headers: { "if-none-match": etag } });
  expect([again.status, await again.text(), again.headers.get("etag")]).toEqual([304, "", etag]);
  const held = ["*", etag.slice("W/".length), `"x", ${etag}`];
  const notHeld = ['"x"', etag.slice("W/".length + 1, -1), `${etag.slice(0, -1)}x"`];
  const statuses = await Promise.all(
    [...held, ...notHeld].map(async (tags) => {
      const response = await fetch(runs("csv"), { headers: { "if-none-match": tags } });
      await response.text();
      return response.status;
    }),
  );
  expect(statuses).toEqual([304, 304, 304, 200, 200, 200]);
  const posted = await fetch(new URL("/export/runs.csv", service.server.url), {
    method: "POST",
    headers: { "content-type": "application/json", "if-none-match": "*" },
    body: JSON.stringify({ first: 12 }),
  });
  expect([posted.status, posted.headers.get("etag")]).toEqual([200, null]);
  await posted.text();
  const other = await fetch(runs("csv", 11), {
    headers: { "if-none-match": etag },
  });
  expect(other.status).toBe(200);
  await other.text();
});

test.each(formatNames)("%s comes compressed to who takes that, unless it is already", async (format) => {
  const coded = async (coding: string, method = "GET") => {
    const headers = { "accept-encoding": coding };
    const [response] = (await once(request(runs(format), { method, headers }).end(), "response")) as [
      IncomingMessage,
    ];
    return { headers: response.headers, bytes: await buffer(response) };
  };
  const [plain, compressed] = await Promise.all([coded("identity"), coded("gzip")]);
  expect(plain.headers["content-encoding"]).toBeUndefined();
  expect(compressed.headers.vary).toContain("accept-encoding");
  if (format === "parquet") {
    expect(compressed.headers["content-encoding"]).toBeUndefined();
    expect(compressed.bytes.equals(plain.bytes)).toBe(true);
    return;
  }
  expect(compressed.headers["content-encoding"]).toBe("gzip");
  expect(compressed.bytes.length).toBeLessThan(plain.bytes.length);
  expect(gunzipSync(compressed.bytes).equals(plain.bytes)).toBe(true);
  expect((await coded("gzip", "HEAD")).headers["content-encoding"]).toBe("gzip");
});
