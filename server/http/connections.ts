import type { IncomingMessage, RequestListener, ServerOptions } from "node:http";
import type { RequestLog } from "./observe/request-log.js";
import { requestIdOf } from "./request-id.js";
import { SECURITY_HEADERS } from "./security/headers.js";

/** Bounds in milliseconds, so that a client that sends slowly, or says nothing more, holds nothing for long. */
export const connectionBounds: ServerOptions = {
  headersTimeout: 20_000,
  requestTimeout: 60_000,
  connectionsCheckingInterval: 5_000,
  /** Longer than proxies keep theirs, so that none of them asks on a connection that is being closed. */
  keepAliveTimeout: 75_000,
  /** The system asks whether the other end is still there. */
  keepAlive: true,
  keepAliveInitialDelay: 30_000,
};

/** Connections at once; the system refuses more. */
export const MOST_CONNECTIONS = 1000;

/** How long a connection may stand still beyond what a request may take, in seconds. */
export const STILLNESS = 60;

/** Answers what names no place by itself: no code that reads its URL sees it. */
export const wellAimed =
  (listener: RequestListener, requestLog: RequestLog): RequestListener =>
  (request, response) => {
    if (isWellAimed(request)) return listener(request, response);
    const message = "The Host header or the path of the request is malformed.";
    const body = JSON.stringify({ errors: [{ message, extensions: { code: "BAD_REQUEST" } }] });
    response.writeHead(400, {
      "content-type": "application/json; charset=utf-8",
      ...SECURITY_HEADERS,
      "x-request-id": requestIdOf(request),
      connection: "close",
    });
    response.end(body);
    requestLog.turnedAway(request, request.method ?? "", null, 400);
  };

/** A host is a name or an address, and a port. */
function isWellAimed({ headers: { host = "localhost" }, url = "" }: IncomingMessage): boolean {
  return (
    /^(\[[\da-f:.]+\]|[\w.-]+)(:\d{1,5})?$/i.test(host) &&
    (url === "*" || URL.canParse(url, `http://${host}`))
  );
}
