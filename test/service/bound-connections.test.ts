import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { pino } from "pino";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { createApp } from "../../server/http/app.js";
import { listen, type RunningServer } from "../../server/http/listen.js";
import { Snapshots } from "../../server/snapshots.js";
import { until } from "../until.js";
import { Services } from "./serve-with.js";

const MOST = 3;
const services = new Services();
/** Lets go of the answers that are held. */
let letGo = (): void => undefined;
let held = 0;
let server: RunningServer;
beforeAll(async () => {
  const real = await services.snapshot();
  const free = new Promise<void>((resolve) => (letGo = resolve));
  const store = Object.assign(Object.create(real.store) as typeof real.store, {
    aggregate: async (...given: Parameters<typeof real.store.aggregate>) => {
      held += 1;
      await free;
      return real.store.aggregate(...given);
    },
  });
  const app = createApp(new Snapshots({ ...real, store }), { log: pino({ level: "silent" }) });
  server = await listen(app, { host: "127.0.0.1", port: 0, connections: MOST });
});
afterAll(async () => {
  await server.stop(1000);
  await services.stop();
});

/** One connection, and what came of it. */
class Client {
  readonly socket: Socket;
  received = "";
  isClosed = false;

  constructor() {
    this.socket = connect(server.port, "127.0.0.1");
    this.socket.setEncoding("utf8").on("data", (piece: string) => (this.received += piece));
    this.socket.on("error", () => undefined);
    this.socket.once("close", () => (this.isClosed = true));
    onTestFinished(() => void this.socket.destroy());
  }

  send(path: string): void {
    this.socket.write(`GET ${path} HTTP/1.1\r\nHost: localhost\r\n\r\n`);
  }

  /** Whether the answer came, and the connection stays. */
  async asks(path: string): Promise<boolean> {
    this.received = "";
    this.send(path);
    await until(() => this.isClosed || this.received.includes("alive\n"));
    return !this.isClosed;
  }
}

/** Each in its turn, so that it is known which has waited for longest. */
async function clients(count: number): Promise<Client[]> {
  const made: Client[] = [];
  for (let index = 0; index < count; index += 1) {
    const client = new Client();
    expect(await client.asks("/health")).toBe(true);
    made.push(client);
  }
  return made;
}

test("where as many are connected as may be, whoever has asked nothing for longest makes room", async () => {
  const [first, second, third] = (await clients(MOST)) as [Client, Client, Client];
  expect(await first.asks("/health")).toBe(true);
  const [fourth] = (await clients(1)) as [Client];
  await until(() => second.isClosed);
  expect([first, third, fourth].map(({ isClosed }) => isClosed)).toEqual([false, false, false]);
  expect(await third.asks("/health")).toBe(true);
});

test("whoever waits for an answer is not closed for that; where all do, the newcomer is", async () => {
  const waiting = Array.from({ length: MOST }, () => new Client());
  for (const [index, client] of waiting.entries())
    client.send(`/graphql?query={aggregateRuns{n${index}:count}}`);
  await until(() => held === MOST);
  const newcomer = new Client();
  await once(newcomer.socket, "close");
  expect(newcomer.received).toBe("");
  letGo();
  await until(() => waiting.every(({ received }) => received.includes('"data"')));
  expect(waiting.map(({ isClosed }) => isClosed)).toEqual(Array(MOST).fill(false));
  // Answered, they make room again.
  expect(await new Client().asks("/health")).toBe(true);
});
