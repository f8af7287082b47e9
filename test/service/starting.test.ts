import { afterAll, expect, test } from "vitest";
import { pino } from "pino";
import { createApp } from "../../server/http/app.js";
import { listen } from "../../server/http/listen.js";
import { starting } from "../../server/http/starting.js";
import { Snapshots } from "../../server/snapshots.js";
import { Services } from "./serve-with.js";

const services = new Services();
afterAll(() => services.stop());

test("while its data are loaded a server lives, is not ready, and asks to come again", async () => {
  const server = await listen(starting, { host: "127.0.0.1", port: 0 });
  const at = (path: string, body?: string): Promise<Response> =>
    fetch(new URL(path, server.url), {
      ...(body !== undefined && { method: "POST", body, headers: { "content-type": "application/json" } }),
    });
  const query = JSON.stringify({ query: "{ datasets { name } }" });
  const [health, ready, page, asked] = await Promise.all([
    at("/health"),
    at("/ready?x"),
    at("/graphql"),
    at("/graphql", query),
  ]);
  expect([health.status, await health.text()]).toEqual([200, "alive\n"]);
  expect([ready.status, await ready.text()]).toEqual([503, "loading\n"]);
  for (const response of [page, asked]) {
    expect([response.status, response.headers.get("retry-after")]).toEqual([503, "2"]);
    expect(await response.json()).toMatchObject({ errors: [{ extensions: { code: "LOADING" } }] });
  }

  const snapshot = await services.snapshot();
  server.serve(createApp(new Snapshots(snapshot), { log: pino({ level: "silent" }) }));
  expect(await (await at("/ready")).text()).toBe(`ready ${snapshot.catalogue.version}\n`);
  const answer = (await (await at("/graphql", query)).json()) as { data: { datasets: unknown[] } };
  expect(answer.data.datasets).toEqual(snapshot.catalogue.datasets.map(({ name }) => ({ name })));
  await server.stop(1000);
});
