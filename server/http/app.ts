import { createYoga, type YogaServerInstance } from "graphql-yoga";
import type { Logger } from "pino";
import type { Snapshot } from "../snapshot.js";
import { answers } from "./answers.js";
import { crossOrigin } from "./cross-origin.js";
import { Execution } from "./execution.js";
import { playground } from "./playground/plugin.js";
import { requestIds } from "./request-id.js";

export const ENDPOINT = "/graphql";

export interface AppOptions {
  readonly log: Logger;
}

export interface App {
  /** The whole HTTP surface: its `fetch` answers in process, and it is a request listener of node:http. */
  readonly yoga: YogaServerInstance<object, object>;
  /** Lets requests under way finish within the time, and aborts the others. */
  drain(milliseconds: number): Promise<void>;
}

/** Answers GraphQL at /graphql, and the playground to browsers there. */
export function createApp(snapshot: Snapshot, { log }: AppOptions): App {
  const execution = new Execution(snapshot.store, snapshot.analyses);
  const yoga = createYoga<object>({
    schema: snapshot.schema,
    graphqlEndpoint: ENDPOINT,
    plugins: [
      requestIds(),
      execution.plugin(),
      answers(snapshot.catalogue.version, log),
      playground(snapshot.catalogue, ENDPOINT),
    ],
    // `answers` masks, with the request's id; the playground is our own.
    maskedErrors: false,
    graphiql: false,
    landingPage: false,
    multipart: false,
    cors: crossOrigin,
    logging: {
      debug: (...parts: unknown[]) => log.trace({ parts }),
      info: (...parts: unknown[]) => log.debug({ parts }),
      warn: (...parts: unknown[]) => log.warn({ parts }),
      error: (...parts: unknown[]) => log.error({ parts }),
    },
  });
  return { yoga, drain: (milliseconds) => execution.drain(milliseconds) };
}
