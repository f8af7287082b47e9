import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { graphql, type GraphQLSchema } from "graphql";
import type { Catalogue } from "../../schema/catalogue.js";
import { Context } from "../../schema/context.js";
import { buildSchema } from "../../schema/schema.js";
import { Statistics } from "../../server/analyses/statistics.js";
import { openSnapshot } from "../../server/duckdb/open.js";
import { judge } from "../../server/http/answer-error.js";
import { load } from "../../server/ingest/load.js";
import { DuckDbStore } from "../../server/store/duckdb-store.js";

export type Variables = Readonly<Record<string, unknown>>;

/** A number as the API carries it. */
export interface Value {
  readonly value: number | null;
  readonly state: "FINITE" | "NAN" | "POSITIVE_INFINITY" | "NEGATIVE_INFINITY" | "MISSING";
}

export interface Refusal {
  readonly message: string;
  readonly code: string;
  /** An error of the service's, which the server would mask. */
  readonly internal: boolean;
}

/** The service with its analyses over some files, in process. */
export interface Service {
  readonly catalogue: Catalogue;
  readonly schema: GraphQLSchema;
  readonly store: DuckDbStore;
  readonly statistics: Statistics;
  request(
    source: string,
    variables?: Variables,
    signal?: AbortSignal,
  ): Promise<{ readonly data: unknown; readonly errors: readonly Refusal[] }>;
  /** The data of a request that must succeed. */
  ask<T>(source: string, variables?: Variables): Promise<T>;
  /** The faults of a request that must be refused: never an error of the service's own. */
  refusals(source: string, variables?: Variables): Promise<readonly Refusal[]>;
  close(): Promise<void>;
}

export async function serve(sources: readonly string[]): Promise<Service> {
  const folder = mkdtempSync(join(tmpdir(), "sweepql-analyses-"));
  const databaseFile = join(folder, "snapshot.duckdb");
  const catalogue = await load({ sources, databaseFile });
  const pool = await openSnapshot(databaseFile);
  const schema = buildSchema(catalogue);
  const store = new DuckDbStore(catalogue, pool);
  const statistics = new Statistics();
  const service: Service = {
    catalogue,
    schema,
    store,
    statistics,
    async request(source, variables = {}, signal = new AbortController().signal) {
      const contextValue = new Context(store, signal, statistics);
      const { data, errors = [] } = await graphql({
        schema,
        source,
        variableValues: variables,
        contextValue,
      });
      return {
        // As sent: null prototypes and undefined are gone.
        data: data == null ? null : (JSON.parse(JSON.stringify(data)) as unknown),
        errors: errors.map((error) => {
          const { fault, shown } = judge(error, "test");
          return {
            message: error.message,
            code: String(shown.extensions["code"]),
            internal: fault === "ours",
          };
        }),
      };
    },
    async ask<T>(source: string, variables?: Variables): Promise<T> {
      const { data, errors } = await service.request(source, variables);
      if (errors.length === 0) return data as T;
      throw new Error(`${errors.map(({ code, message }) => `${code}: ${message}`).join("\n")}\n${source}`);
    },
    async refusals(source, variables) {
      const { errors, data } = await service.request(source, variables);
      if (errors.length === 0) throw new Error(`Answered: ${JSON.stringify(data).slice(0, 300)}\n${source}`);
      const ours = errors.find(({ internal }) => internal);
      if (ours) throw new Error(`An internal error: ${ours.message}\n${source}`);
      return errors;
    },
    async close() {
      await pool.close();
      await statistics.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
  return service;
}

/** The number that a value stands for; NaN where it is missing or none. */
export function numberOf({ value, state }: Value): number {
  if (state === "POSITIVE_INFINITY") return Infinity;
  if (state === "NEGATIVE_INFINITY") return -Infinity;
  return value ?? NaN;
}
