import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { graphql, type GraphQLError, type GraphQLSchema } from "graphql";
import type { Catalogue } from "../../schema/catalogue.js";
import { Context } from "../../schema/context.js";
import { buildSchema } from "../../schema/schema.js";
import type { Store } from "../../schema/store.js";
import { Statistics } from "../../server/analyses/statistics.js";
import { openSnapshot } from "../../server/duckdb/open.js";
import type { Pool } from "../../server/duckdb/pool.js";
import { load } from "../../server/ingest/load.js";
import type { Statement } from "../../server/sql/tag.js";
import { DuckDbStore } from "../../server/store/duckdb-store.js";
import { MemoryStore } from "../../server/store/memory/memory-store.js";
import { pointReader } from "../../server/store/memory/read-points.js";
import { expectSame } from "./same-answers.js";

export type Variables = Readonly<Record<string, unknown>>;

/** What a request answered, as a client would see it. */
export interface Answer {
  readonly data: unknown;
  readonly errors: readonly {
    readonly message: string;
    readonly code: string | null;
    readonly path: string;
  }[];
  /** Every statement that ran for it, in order. */
  readonly statements: readonly Statement[];
}

type Thrown = Pick<GraphQLError, "message" | "originalError" | "path"> & {
  readonly extensions?: Record<string, unknown>;
};

/** The service over some files, in process: each request is answered by statements, and again from memory. */
export interface Service {
  readonly catalogue: Catalogue;
  readonly schema: GraphQLSchema;
  readonly pool: Pool;
  readonly store: DuckDbStore;
  request(source: string, variables?: Variables, signal?: AbortSignal): Promise<Answer>;
  /** The data of a request that must succeed. */
  ask<T>(source: string, variables?: Variables): Promise<T>;
  close(): Promise<void>;
}

export async function serve(sources: readonly string[]): Promise<Service> {
  const folder = mkdtempSync(join(tmpdir(), "sweepql-api-"));
  const databaseFile = join(folder, "snapshot.duckdb");
  const catalogue = await load({ sources, databaseFile });
  const pool = await openSnapshot(databaseFile);
  const schema = buildSchema(catalogue);
  const statistics = new Statistics();
  const memory = new MemoryStore(new DuckDbStore(catalogue, pool), pointReader(pool));
  const answerFrom = async (
    store: Store,
    source: string,
    variables: Variables | undefined,
    signal: AbortSignal | undefined,
  ): Promise<Omit<Answer, "statements">> => {
    // graphql lets a stack overflow through as it is.
    const { data, errors = [] }: { data?: unknown; errors?: readonly Thrown[] } = await graphql({
      schema,
      source,
      variableValues: variables ?? {},
      contextValue: new Context(store, signal ?? new AbortController().signal, statistics),
    });
    return {
      // As sent: null prototypes and undefined are gone.
      data: data == null ? null : (JSON.parse(JSON.stringify(data)) as unknown),
      errors: errors.map(({ message, extensions, path, originalError }) => ({
        message,
        // An error that is ours, not the user's, has no code; graphql's own refusals have no original.
        code:
          typeof extensions?.["code"] === "string"
            ? extensions["code"]
            : extensions === undefined || (originalError && originalError.name !== "GraphQLError")
              ? null
              : "GRAPHQL",
        path: (path ?? []).join("."),
      })),
    };
  };
  const request = async (source: string, variables?: Variables, signal?: AbortSignal): Promise<Answer> => {
    const statements: Statement[] = [];
    const engine = new DuckDbStore(catalogue, pool, (statement) => statements.push(statement));
    const answer = await answerFrom(engine, source, variables, signal);
    const again = await answerFrom(memory, source, variables, signal);
    expectSame(again, answer, `in memory: ${source}\n${JSON.stringify(variables)}`);
    return { ...answer, statements };
  };
  return {
    catalogue,
    schema,
    pool,
    store: new DuckDbStore(catalogue, pool),
    request,
    async ask<T>(source: string, variables?: Variables): Promise<T> {
      const { data, errors } = await request(source, variables);
      if (errors.length > 0) {
        throw new Error(
          `${errors.map(({ message, code }) => `${code}: ${message}`).join("\n")}\n${source}\n${JSON.stringify(variables)}`,
        );
      }
      return data as T;
    },
    async close() {
      await statistics.close();
      await pool.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
