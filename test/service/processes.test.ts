import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { lines, makeDataFolder } from "../live/data-files.js";
import { run, serve } from "../server/command.js";

/** `sweepql serve` as an operator starts it. */

function dataFolder(): string {
  const folder = makeDataFolder();
  writeFileSync(join(folder, "a.jsonl"), lines(3));
  return folder;
}

const ask = (url: string, query: string, headers: Record<string, string> = {}): Promise<Response> =>
  fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify({ query }),
  });

test("--token-file lets in who has one of its tokens, and nobody else", async () => {
  const cwd = dataFolder();
  const tokens = ["first-token-of-the-team", "second-token-of-the-team"];
  writeFileSync(join(cwd, "tokens.txt"), `# ours\n${tokens[0]}\n\n  ${tokens[1]}\r\n`);
  const words = ["--data", "a.jsonl", "--host", "0.0.0.0", "--token-file", "tokens.txt"];
  const service = await serve(words, { cwd });
  const query = "{ runs { totalCount } }";
  for (const token of tokens) {
    const answer = await ask(service.url, query, { authorization: `Bearer ${token}` });
    expect(await answer.json()).toMatchObject({ data: { runs: { totalCount: 3 } } });
  }
  for (const authorization of [
    "",
    "Bearer ",
    `Bearer ${tokens[0]}x`,
    "Bearer # ours",
    `Basic ${tokens[0]}`,
  ]) {
    const refused = await ask(service.url, query, authorization === "" ? {} : { authorization });
    expect([refused.status, refused.headers.get("www-authenticate")]).toEqual([
      401,
      'Bearer realm="sweepql"',
    ]);
  }
  const at = (path: string): Promise<Response> => fetch(new URL(path, service.url));
  expect([(await at("/health")).status, (await at("/ready")).status, (await at("/metrics")).status]).toEqual([
    200, 200, 401,
  ]);
  expect(await service.stop("SIGTERM")).toBe(0);
  for (const token of tokens) expect(service.printed()).not.toContain(token);
});

test("a token file that holds none, or weak ones, keeps it from starting, and is not quoted", async () => {
  const cwd = dataFolder();
  for (const text of ["# nothing\n", "hunter2\n"]) {
    writeFileSync(join(cwd, "tokens.txt"), text);
    const { code, stderr } = await run(["serve", "--data", "a.jsonl", "--token-file", "tokens.txt"], { cwd });
    expect(code).toBe(2);
    expect(stderr).toMatch(/--token-file/);
    expect(stderr).not.toContain("hunter2");
  }
});

test("--trace sends a span an operation to the collector, the last when it stops, and of errors the codes", async () => {
  const received: string[] = [];
  const collector = createServer((request, response) => {
    let body = "";
    request.on("data", (piece: Buffer) => (body += piece.toString("utf8")));
    request.on("end", () => {
      received.push(body);
      response.end();
    });
  });
  await new Promise<void>((resolve) => collector.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void collector.close());
  const { port } = collector.address() as AddressInfo;
  const cwd = dataFolder();
  const env = { OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}` };
  const service = await serve(["--data", "a.jsonl", "--trace"], { cwd, env });
  await ask(service.url, "query Fine { runs { totalCount } }");
  await ask(service.url, 'query Wrong { runs(where: { dataset: { eq: "secret-word" } }) { totalCount } }');
  expect(await service.stop("SIGTERM")).toBe(0);
  const spans = received.join();
  expect(spans).toContain("query.Fine");
  expect(spans).toContain("query.Wrong");
  expect(spans).toContain("UNKNOWN_NAME");
  expect(spans).not.toMatch(/secret-word|totalCount|stack/);
});
