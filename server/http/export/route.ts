import type { ServerResponse } from "node:http";
import { GraphQLError } from "graphql";
import type { Plugin } from "graphql-yoga";
import { exportTables } from "../../../schema/exports/export-plan.js";
import { asError } from "../../errors.js";
import type { SecuritySettings, ServiceSettings } from "../../service-settings.js";
import type { Tell } from "../answers.js";
import type { RequestLog } from "../observe/request-log.js";
import { requirePreflight } from "../security/preflight.js";
import type { Exports } from "./exports.js";
import { exportPath, isExportPath, readExport, refused } from "./request.js";

export interface ExportRouteOptions {
  readonly exports: Exports;
  readonly service: ServiceSettings;
  readonly requestLog: RequestLog;
  /** What a client is told of an error. */
  readonly tell: Tell;
}

/** Node's response, where there is one. */
interface ServerContext {
  readonly res?: ServerResponse;
}

/** Answers /export/…: files of runs, points and groups. */
export const exportRoute = ({ exports, service, requestLog, tell }: ExportRouteOptions): Plugin => ({
  async onRequest({ request, url, endResponse, fetchAPI, serverContext }) {
    if (!isExportPath(url.pathname) || request.method === "OPTIONS") return;
    const { res } = serverContext as ServerContext;
    // An export has a time limit of its own, and may be long in coming.
    res?.setTimeout(0);
    const end = requestLog.beginHeld(request, `export ${url.pathname.slice(0, 100)}`);
    try {
      requireAllowed(request, service);
      if (res?.req.httpVersion === "1.0") throw withoutChunks();
      const asked = await readExport(request, url, service.limits.maxBody);
      const { status, headers, body, over } = await exports.answer(request, asked);
      void over.then((failure) => {
        if (failure) tell(asGraphqlError(failure), request);
        end(request.signal.aborted ? null : status);
      });
      // Chunks that lack their end are what tells a client that a file is not whole.
      body?.once("error", () => res?.destroy());
      endResponse(new fetchAPI.Response(body as unknown as ReadableStream | null, { status, headers }));
    } catch (error) {
      const shown = tell(asGraphqlError(error), request);
      const { status, headers } = httpOf(shown);
      end(request.signal.aborted ? null : status);
      const { code } = shown.extensions;
      endResponse(
        new fetchAPI.Response(
          JSON.stringify({ errors: [{ message: shown.message, extensions: { code } }] }),
          {
            status,
            headers: { "content-type": "application/json; charset=utf-8", ...headers },
          },
        ),
      );
    }
  },
});

/** What a page may lead to: nothing where a link would be refused. */
export const exportLinks = ({ exports, persisted, requirePreflight }: SecuritySettings) =>
  exports && !persisted && !requirePreflight
    ? exportTables
        .filter((table) => table === "runs" || table === "points")
        .map((table) => ({ name: table, href: exportPath(`${table}.csv`) }))
    : [];

/** @throws a refusal where the server gives no exports, or not to such a request. */
function requireAllowed(request: Request, { security }: ServiceSettings): void {
  if (!security.exports)
    throw refused(403, "EXPORTS_DISABLED", "This server gives no exports (--no-export).");
  if (security.persisted)
    throw refused(
      403,
      "PERSISTED_QUERY_REQUIRED",
      "This server answers stored operations only, and gives no exports (--persisted).",
    );
  if (security.requirePreflight) requirePreflight(request);
}

/** Where an answer has neither chunks nor a length, its end is the connection's, and a part looks whole. */
const withoutChunks = (): GraphQLError =>
  refused(
    505,
    "HTTP_VERSION_NOT_SUPPORTED",
    "Exports need HTTP/1.1, by whose chunks a whole file is told from a part. A proxy may have to be told so (nginx: proxy_http_version 1.1).",
  );

const asGraphqlError = (error: unknown): GraphQLError =>
  error instanceof GraphQLError ? error : new GraphQLError("", { originalError: asError(error) });

interface Http {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
}

function httpOf({ extensions }: GraphQLError): Http {
  const http = extensions["http"] as Http | undefined;
  return http ?? { status: extensions["code"] === "INTERNAL" ? 500 : 400 };
}
