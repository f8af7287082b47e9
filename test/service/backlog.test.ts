import { once } from "node:events";
import { createServer } from "node:http";
import { type AddressInfo, connect, type Socket } from "node:net";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { boundBacklog } from "../../server/http/backlog.js";

const ANSWER = Buffer.alloc(20_000_000, "x");
const server = createServer((_, response) => response.end(ANSWER));
boundBacklog(server, 30_000_000);

let port: number;
beforeAll(async () => {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  ({ port } = server.address() as AddressInfo);
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

const ask = (): Socket => {
  const socket = connect(port, "127.0.0.1");
  socket.write("GET / HTTP/1.1\r\nhost: localhost\r\n\r\n");
  // One that is broken off may say so by an error.
  socket.on("error", () => undefined);
  return socket;
};

test("clients that take nothing are broken off where they leave too much, and others are not", async () => {
  let taken = 0;
  server.on("connection", () => (taken += 1));
  const stalled = Array.from({ length: 4 }, ask);
  await expect.poll(() => taken).toBe(stalled.length);
  const connections = promisify(server.getConnections.bind(server));
  await expect.poll(connections).toBeLessThan(stalled.length);
  const reader = ask();
  let read = 0;
  for await (const piece of reader) {
    read += (piece as Buffer).length;
    if (read >= ANSWER.length) break;
  }
  expect(read).toBeGreaterThanOrEqual(ANSWER.length);
  for (const socket of stalled) socket.destroy();
});
