import type { RequestListener } from "node:http";
import { createYoga, type Plugin, type YogaServerInstance } from "graphql-yoga";
import type { Logger } from "pino";
import { defaultService, type ServiceSettings } from "../service-settings.js";
import type { Snapshots } from "../snapshots.js";
import { answers, finishing, telling } from "./answers.js";
import { ChosenSnapshot } from "./chosen-snapshot.js";
import { wellAimed } from "./connections.js";
import { crossOrigin } from "./cross-origin.js";
import { Execution } from "./execution.js";
import { Exports } from "./export/exports.js";
import { exportLinks, exportRoute } from "./export/route.js";
import { Documents } from "./front/documents.js";
import { Doors } from "./front/doors.js";
import { Front, type FrontOptions } from "./front/front.js";
import type { HandedOn } from "./front/handed-on.js";
import { AnswerCache } from "./front/answer-cache.js";
import { behindFront } from "./front/plugin.js";
import { Questions } from "./front/questions.js";
import { genericExecution } from "./generic-execution.js";
import { documentCaches } from "./limits/document-cache.js";
import { Gate } from "./limits/gate.js";
import { requestLimits } from "./limits/plugin.js";
import { readable } from "./limits/request-form.js";
import { Metrics } from "./observe/metrics.js";
import { probes } from "./observe/probes.js";
import { Records } from "./observe/records.js";
import { RequestLog } from "./observe/request-log.js";
import { playground } from "./playground/plugin.js";
import { requestIds } from "./request-id.js";
import { guard } from "./security/guard.js";
import { securityHeaders } from "./security/headers.js";
import { withoutIntrospection } from "./security/introspection.js";
import { persistedOnly } from "./security/persisted.js";
import { preflighted } from "./security/preflight.js";
import { Subscriptions } from "./subscriptions.js";

export const ENDPOINT = "/graphql";

export interface AppOptions {
  readonly log: Logger;
  /** Default: that of a server on the loopback address. */
  readonly service?: ServiceSettings;
  /** Whether the data are followed, so that there is something to subscribe to. Default: yes. */
  readonly isFollowing?: boolean;
  /** Others' plugins, such as tracing. */
  readonly plugins?: readonly Plugin[];
}

export interface App {
  /** The whole HTTP surface, for node:http. */
  readonly listener: RequestListener;
  /** What is behind the front: its `fetch` answers in process. */
  readonly yoga: YogaServerInstance<HandedOn, object>;
  /** Ends subscriptions, lets requests under way finish within the time, and aborts the others. */
  drain(milliseconds: number): Promise<void>;
}

/** Answers GraphQL at /graphql, and the playground to browsers there. */
export function createApp(
  snapshots: Snapshots,
  { log, service = defaultService(), isFollowing = true, plugins = [] }: AppOptions,
): App {
  const { limits, security } = service;
  const chosen = new ChosenSnapshot(snapshots);
  const records = new Records();
  const gate = new Gate(limits.maxRequests, limits.maxQueue);
  const exportsGate = new Gate(limits.maxExports, limits.maxQueue);
  const answerCache = new AnswerCache(snapshots, service.answerCache);
  const metrics = new Metrics(snapshots, { gate, exportsGate, answerCache });
  const readiness = { stopping: false };
  const requestLog = new RequestLog(records, metrics, log);
  const execution = new Execution({ snapshots, records, gate, timeout: limits.timeout });
  const doors = new Doors();
  const tell = telling({ log, records, suggestions: security.introspection });
  const finish = finishing({ records }, tell);
  const suggestions = security.introspection;
  const exports = new Exports({ snapshots, records, gate: exportsGate, limits, suggestions });
  const subscriptions = new Subscriptions({
    snapshots,
    finish,
    execution,
    metrics,
    isFollowing,
    most: limits.maxSubscriptions,
    evaluations: Math.ceil(limits.maxRequests / 8),
  });
  const yoga = createYoga<HandedOn>({
    graphqlEndpoint: ENDPOINT,
    plugins: [
      requestIds(),
      securityHeaders(),
      guard(security),
      probes(snapshots, metrics, readiness),
      ...(security.requirePreflight ? [preflighted()] : []),
      ...(security.persisted ? [persistedOnly(security.persisted)] : []),
      exportRoute({ exports, service, requestLog, tell }),
      requestLog.plugin(),
      readable(),
      chosen.plugin(),
      ...(security.introspection ? [] : [withoutIntrospection()]),
      requestLimits(limits, (request) => chosen.of(request).catalogue, records),
      genericExecution(execution, chosen),
      subscriptions.plugin(),
      answers((request) => chosen.of(request).catalogue.version, finish),
      // Without introspection GraphiQL has nothing to go by, and its page tells what there is.
      ...(security.playground && security.introspection
        ? [playground(() => snapshots.current.catalogue, ENDPOINT, exportLinks(security))]
        : []),
      ...plugins,
      behindFront({ doors, snapshots, chosen, records }),
    ],
    // `answers` masks, with the request's id; the playground is our own.
    maskedErrors: false,
    graphiql: false,
    landingPage: false,
    // Yoga's own answers, past the guard, whatever ends like this: a space, which is in no URL. The probe is ours.
    healthCheckEndpoint: " ",
    multipart: false,
    parserAndValidationCache: documentCaches(),
    maxRequestBodySize: limits.maxBody,
    cors: crossOrigin(security),
    logging: {
      debug: (...parts: unknown[]) => log.trace({ parts }),
      info: (...parts: unknown[]) => log.debug({ parts }),
      warn: (...parts: unknown[]) => log.warn({ parts }),
      error: (...parts: unknown[]) => log.error({ parts }),
    },
  });
  const generic: FrontOptions["generic"] = (request, response, on) =>
    // The adapter answers a client's going away by rejecting; nobody is left to tell.
    void Promise.resolve(yoga(request, response, on)).catch(() => undefined);
  const front = new Front({
    endpoint: ENDPOINT,
    maxBody: limits.maxBody,
    patience: { standing: limits.timeout * 1000, whole: limits.exportTimeout * 1000 },
    maxSent: limits.maxRequests,
    persisted: security.persisted,
    snapshots,
    questions: new Questions(chosen, new Documents(limits, security.introspection), limits),
    execution,
    requestLog,
    doors,
    cache: answerCache,
    log,
    generic,
  });
  return {
    // Others' plugins see requests that come to Yoga: where there are any, all do.
    listener: wellAimed(
      plugins.length === 0 ? front.listener : (request, response) => generic(request, response, {}),
      requestLog,
    ),
    yoga,
    drain: async (milliseconds) => {
      readiness.stopping = true;
      subscriptions.close();
      await Promise.all([execution, front, exports].map((one) => one.drain(milliseconds)));
      requestLog.close();
    },
  };
}
