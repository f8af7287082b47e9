import { randomUUID } from "node:crypto";
import type { Plugin } from "graphql-yoga";

const HEADER = "x-request-id";
const ids = new WeakMap<Request, string>();

/** The id that the log and the answer share: the client's own where it sends a plain one. */
export function requestIdOf(request: Request): string {
  let id = ids.get(request);
  if (id === undefined) {
    const sent = request.headers.get(HEADER);
    id = sent !== null && /^[\w.:-]{1,64}$/.test(sent) ? sent : randomUUID();
    ids.set(request, id);
  }
  return id;
}

/** Puts the request's id on every response. */
export const requestIds = (): Plugin => ({
  onResponse({ request, response }) {
    response.headers.set(HEADER, requestIdOf(request));
  },
});
