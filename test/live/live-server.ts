import { Writable } from "node:stream";
import { pino } from "pino";
import { onTestFinished } from "vitest";
import { Statistics } from "../../server/analyses/statistics.js";
import { createApp } from "../../server/http/app.js";
import { listen, type RunningServer } from "../../server/http/listen.js";
import { defaultService, type ServiceSettings } from "../../server/service-settings.js";
import type { Snapshots } from "../../server/snapshots.js";
import { LiveData, type LiveDataOptions } from "../../server/watch/live-data.js";
import { type Events, eventsOf } from "./server-sent-events.js";
import { until } from "../until.js";

export interface Answer<T> {
  readonly data: T;
  readonly errors?: readonly { readonly message: string; readonly extensions: { readonly code: string } }[];
  readonly extensions: { readonly dataVersion: string };
}

export interface LiveServer {
  readonly server: RunningServer;
  readonly snapshots: Snapshots;
  readonly logged: Record<string, unknown>[];
  ask<T>(query: string, variables?: object): Promise<Answer<T>>;
  /** Asks until the answer is as wanted. */
  until<T>(query: string, holds: (answer: Answer<T>) => boolean): Promise<Answer<T>>;
  subscribe(query: string, variables?: object): Promise<Events>;
}

/** Serves a folder as `serve --watch` does, on a port of its own, until the test is over. */
export async function serveLive(
  folder: string,
  options: Partial<LiveDataOptions> = {},
  service: ServiceSettings = defaultService(),
): Promise<LiveServer> {
  const logged: Record<string, unknown>[] = [];
  const lines = new Writable({
    write(chunk: Buffer, _, done) {
      logged.push(JSON.parse(chunk.toString()) as Record<string, unknown>);
      done();
    },
  });
  const log = pino({ level: "info" }, lines);
  const stop = new AbortController();
  const analyses = new Statistics();
  const live = await LiveData.start({
    sources: [folder],
    analyses,
    log,
    signal: stop.signal,
    pollEvery: 200,
    ...options,
  });
  const app = createApp(live.snapshots, { log, service });
  const server = await listen(app, { host: "127.0.0.1", port: 0 });
  onTestFinished(async () => {
    stop.abort(new Error("The test is over."));
    await server.stop(1000);
    await live.close();
    await live.snapshots.close();
    await analyses.close();
  });
  const ask = async <T>(query: string, variables: object = {}): Promise<Answer<T>> => {
    const response = await fetch(server.url, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ query, variables }),
    });
    return (await response.json()) as Answer<T>;
  };
  return {
    server,
    snapshots: live.snapshots,
    logged,
    ask,
    async until<T>(query: string, holds: (answer: Answer<T>) => boolean) {
      let answer: Answer<T> | undefined;
      const isThere = async (): Promise<boolean> => holds((answer = await ask<T>(query)));
      await until(isThere, () => JSON.stringify(answer));
      return answer as Answer<T>;
    },
    subscribe: (query, variables = {}) => eventsOf(server.url, { query, variables }),
  };
}
