import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { ConfigurationFault } from "../errors.js";
import { ENDPOINT } from "./app.js";
import { boundBacklog } from "./backlog.js";
import { boundConnections } from "./bound-connections.js";
import { connectionBounds, MOST_CONNECTIONS, STILLNESS } from "./connections.js";

export interface ListenOptions {
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
  /** Seconds that a request may take. Default: 30. */
  readonly timeout?: number;
  /** Connections at once. Default: 1000. */
  readonly connections?: number;
}

/** What answers over HTTP. */
export interface Served {
  readonly listener: RequestListener;
  /** Ends what is under way within the time. */
  drain(milliseconds: number): Promise<void>;
}

export interface RunningServer {
  /** Of the endpoint, and of the playground. */
  readonly url: string;
  readonly port: number;
  /** Has another answer from now on. */
  serve(other: Served): void;
  /** Takes no more requests, lets those under way finish within the time, and aborts the others. */
  stop(milliseconds: number): Promise<void>;
}

/** Serves an app over HTTP. @throws ConfigurationFault where host and port cannot be listened on. */
export async function listen(
  app: Served,
  { host, port, timeout = 30, connections = MOST_CONNECTIONS }: ListenOptions,
): Promise<RunningServer> {
  let served = app;
  const server = createServer(connectionBounds, (request, response) => served.listener(request, response));
  boundConnections(server, connections);
  boundBacklog(server);
  server.setTimeout((timeout + STILLNESS) * 1000);
  await new Promise<void>((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => reject(listenFault(error, host, port)));
    server.listen(port, host, resolve);
  });
  const bound = (server.address() as AddressInfo).port;
  return {
    url: `http://${shownHost(host)}:${bound}${ENDPOINT}`,
    port: bound,
    serve(other) {
      served = other;
    },
    async stop(milliseconds) {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeIdleConnections();
      await served.drain(milliseconds);
      const patience = setTimeout(() => server.closeAllConnections(), 500);
      await closed;
      clearTimeout(patience);
    },
  };
}

/** A host that listens everywhere is reached by the loopback address. */
function shownHost(host: string): string {
  if (host === "0.0.0.0" || host === "::") return "127.0.0.1";
  return host.includes(":") ? `[${host}]` : host;
}

function listenFault(error: NodeJS.ErrnoException, host: string, port: number): Error {
  switch (error.code) {
    case "EADDRINUSE":
      return new ConfigurationFault([
        `Port ${port} of ${host} is in use already. Choose another with --port or SWEEPQL_PORT; 0 takes any free one.`,
      ]);
    case "EACCES":
      return new ConfigurationFault([
        `Port ${port} of ${host} may not be listened on by this user. Choose one from 1024 with --port or SWEEPQL_PORT.`,
      ]);
    case "EADDRNOTAVAIL":
    case "ENOTFOUND":
    case "EAI_AGAIN":
      return new ConfigurationFault([
        `${JSON.stringify(host)} is no address of this machine. Choose another with --host or SWEEPQL_HOST: 127.0.0.1 for this machine alone, 0.0.0.0 for every network.`,
      ]);
    default:
      return error;
  }
}
