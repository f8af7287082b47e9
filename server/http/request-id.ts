import { randomUUID } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import type { Plugin } from "graphql-yoga";
import type { Asker } from "./observe/records.js";

const HEADER = "x-request-id";
const ids = new WeakMap<Asker, string>();

/** The id that the log and the answer share: the client's own where it sends a plain one. */
export function requestIdOf(asker: Asker): string {
  let id = ids.get(asker);
  if (id === undefined) {
    const { headers } = asker;
    const sent =
      typeof headers.get === "function"
        ? (headers as Headers).get(HEADER)
        : (headers as IncomingHttpHeaders)[HEADER];
    id = typeof sent === "string" && /^[\w.:-]{1,64}$/.test(sent) ? sent : randomUUID();
    ids.set(asker, id);
  }
  return id;
}

/** One id for both: a request that is handed on is still the same. */
export const shareRequestId = (asker: Asker, other: Asker): void => void ids.set(other, requestIdOf(asker));

/** Puts the request's id on every response. */
export const requestIds = (): Plugin => ({
  onResponse({ request, response }) {
    response.headers.set(HEADER, requestIdOf(request));
  },
});
