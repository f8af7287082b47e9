import { mkdtempSync, rmSync } from "node:fs";
import { Writable } from "node:stream";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pino } from "pino";
import type { Store } from "../../schema/store.js";
import { createApp } from "../../server/http/app.js";
import { listen, type RunningServer } from "../../server/http/listen.js";
import { writeSample } from "../../server/sample/write-sample.js";
import {
  defaultService,
  type RequestLimits,
  type SecuritySettings,
  type ServiceSettings,
} from "../../server/service-settings.js";
import { type Snapshot, takeSnapshot } from "../../server/snapshot.js";
import { Snapshots } from "../../server/snapshots.js";

export interface Answer {
  readonly data?: Record<string, unknown> | null;
  readonly errors?: readonly {
    readonly message: string;
    readonly extensions?: { readonly code?: string };
  }[];
  readonly extensions?: {
    readonly cost?: { readonly requested: number; readonly budget: number };
    readonly dataVersion?: string;
  };
}

export interface Service {
  readonly server: RunningServer;
  readonly snapshot: Snapshot;
  readonly snapshots: Snapshots;
  readonly logged: readonly Record<string, unknown>[];
  post(body: unknown, headers?: Record<string, string>, signal?: AbortSignal): Promise<Response>;
  ask(query: string, variables?: Record<string, unknown>): Promise<Answer>;
}

export interface Wanted {
  readonly limits?: Partial<RequestLimits>;
  readonly security?: Partial<SecuritySettings>;
  readonly store?: (store: Store) => Store;
}

/** The settings of a server on the loopback address, but for what a test says. */
export function serviceWith({ limits, security }: Wanted): ServiceSettings {
  const service = defaultService();
  return {
    ...service,
    limits: { ...service.limits, ...limits },
    security: { ...service.security, ...security },
  };
}

/** One snapshot of a sample, and servers of it, all gone at the end. */
export class Services {
  readonly #folder = mkdtempSync(join(tmpdir(), "sweepql-service-"));
  readonly #servers: RunningServer[] = [];
  #snapshot: Snapshot | null = null;

  async snapshot(): Promise<Snapshot> {
    if (!this.#snapshot) {
      await writeSample({ directory: this.#folder, seed: 3, runs: 64 });
      this.#snapshot = await takeSnapshot({ sources: [this.#folder] });
    }
    return this.#snapshot;
  }

  async start(wanted: Wanted = {}): Promise<Service> {
    const snapshot = await this.snapshot();
    const { store = (real: Store) => real } = wanted;
    const logged: Record<string, unknown>[] = [];
    const lines = new Writable({
      write(chunk: Buffer, _, done) {
        logged.push(JSON.parse(chunk.toString()) as Record<string, unknown>);
        done();
      },
    });
    const snapshots = new Snapshots({ ...snapshot, store: store(snapshot.store) });
    const app = createApp(snapshots, {
      log: pino({ level: "info" }, lines),
      service: serviceWith(wanted),
    });
    const server = await listen(app, { host: "127.0.0.1", port: 0 });
    this.#servers.push(server);
    const post: Service["post"] = (body, headers = {}, signal) =>
      fetch(server.url, {
        method: "POST",
        body: typeof body === "string" ? body : JSON.stringify(body),
        headers: { "content-type": "application/json", ...headers },
        ...(signal && { signal }),
      });
    return {
      server,
      snapshot,
      snapshots,
      logged,
      post,
      ask: async (query, variables) => (await (await post({ query, variables })).json()) as Answer,
    };
  }

  async stop(): Promise<void> {
    for (const server of this.#servers) await server.stop(1000);
    await this.#snapshot?.close();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
