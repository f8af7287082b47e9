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

/** Connections at once. */
export const MOST_CONNECTIONS = 1000;

/** How long a connection may stand still beyond what a request may take, in seconds. */
export const STILLNESS = 60;

/** Answers what names no place by itself: no code that reads its URL sees it. The others come in one form, a path. */
export const wellAimed =
  (listener: RequestListener, requestLog: RequestLog): RequestListener =>
  (request, response) => {
    if (aim(request)) return listener(request, response);
    const message =
      "The Host header or the target of the request is malformed: a host is a name or an address and a port, a target a path, or a whole URL of http or https.";
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

/**
 * Reads where a request is aimed, and leaves it with a path alone and its host in the header: of a whole URL,
 * as to a proxy, the host counts, not the header (RFC 9112, 3.2.2). False where that names no place.
 */
function aim(request: IncomingMessage): boolean {
  const { headers, method, url = "" } = request;
  if (!isHost(headers.host ?? "localhost")) return false;
  const [, authority, rest = ""] = /^https?:\/\/([^/?#]*)(.*)$/i.exec(url) ?? [];
  if (authority !== undefined) {
    nameHost(request, authority);
    request.url = rest.startsWith("/") ? rest : `/${rest}`;
  } else if (url === "*" && method === "OPTIONS") {
    request.url = "/";
  }
  const { host = "localhost" } = headers;
  const path = request.url ?? "";
  return isHost(host) && path.startsWith("/") && URL.canParse(path, `http://${host}`);
}

/** In both forms of the headers: whatever reads one of them reads the same. */
function nameHost({ headers, rawHeaders }: IncomingMessage, host: string): void {
  headers.host = host;
  for (let index = rawHeaders.length - 2; index >= 0; index -= 2) {
    if (rawHeaders[index]?.toLowerCase() === "host") rawHeaders.splice(index, 2);
  }
  rawHeaders.push("Host", host);
}

/** A name or an address, and a port. */
const isHost = (host: string): boolean => /^(\[[\da-f:.]+\]|[\w.-]+)(:\d{1,5})?$/i.test(host);
