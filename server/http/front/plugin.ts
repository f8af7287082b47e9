import type { Plugin } from "graphql-yoga";
import type { Snapshots } from "../../snapshots.js";
import type { ChosenSnapshot } from "../chosen-snapshot.js";
import { takesGzip } from "../accept.js";
import { holds, TAGGED } from "../entity-tag.js";
import type { Records } from "../observe/records.js";
import { shareRequestId } from "../request-id.js";
import type { Doors } from "./doors.js";
import type { HandedOn } from "./handed-on.js";
import { questionTag } from "./question-tag.js";
import { encoded, ofNoBody } from "./send.js";

export interface BehindFrontOptions {
  readonly doors: Doors;
  readonly snapshots: Snapshots;
  readonly chosen: ChosenSnapshot;
  readonly records: Records;
}

/** The generic path behind the front: opens doors, and tags answers to GET as the front does. */
export function behindFront({
  doors,
  snapshots,
  chosen,
  records,
}: BehindFrontOptions): Plugin<object, HandedOn> {
  const answered = new WeakMap<Request, string>();
  return {
    onRequest({ request, serverContext }) {
      const asker = serverContext?.front?.asker;
      if (!asker) return;
      records.share(asker, request);
      shareRequestId(asker, request);
    },
    onParams({ context, setResult }) {
      const fault = context.front?.fault;
      if (fault) setResult({ errors: [fault] });
    },
    onExecute({ args }) {
      const { request, params } = args.contextValue as unknown as {
        request: Request;
        params: {
          query?: string;
          variables?: Record<string, unknown> | null;
          operationName?: string | null;
        };
      };
      const { query = "", variables, operationName = null } = params;
      const tag = questionTag(
        { query, variables: variables ?? {}, operationName },
        chosen.of(request),
        snapshots,
      );
      return {
        onExecuteDone({ result }) {
          if (!(Symbol.asyncIterator in result) && !result.errors) answered.set(request, tag);
        },
      };
    },
    async onResponse({ request, response, serverContext, setResponse, fetchAPI }) {
      const tag = answered.get(request);
      if (tag === undefined || response.status !== 200 || !isJson(response)) return;
      const opens = serverContext?.front?.opens;
      if (opens !== undefined) doors.open(opens, response.headers);
      if (request.method === "GET") {
        for (const [name, value] of [...TAGGED, ["etag", tag] as const]) response.headers.set(name, value);
        if (holds(request.headers.get("if-none-match"), tag)) {
          const headers = ofNoBody([...response.headers]);
          return setResponse(
            new fetchAPI.Response(null, { status: 304, headers: Object.fromEntries(headers) }),
          );
        }
      }
      if (!takesGzip(request.headers.get("accept-encoding"))) return;
      const sent = await encoded(await response.text(), [...response.headers], true);
      const headers = sent.headers.filter(([name]) => name !== "content-length");
      setResponse(
        new fetchAPI.Response(Uint8Array.from(sent.body), { headers: Object.fromEntries(headers) }),
      );
    },
  };
}

const isJson = ({ headers }: Response): boolean =>
  /^application\/(graphql-response\+)?json\b/.test(headers.get("content-type") ?? "");
