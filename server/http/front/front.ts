import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import { Readable } from "node:stream";
import { setTimeout } from "node:timers/promises";
import type { GraphQLError } from "graphql";
import type { Logger } from "pino";
import { Turns } from "../../duckdb/turns.js";
import { pieces, type Text } from "../../executor/text.js";
import { writeOperation } from "../../executor/write.js";
import type { PersistedOperations } from "../security/persisted.js";
import type { Snapshots } from "../../snapshots.js";
import { takesGzip } from "../accept.js";
import { holds, TAGGED } from "../entity-tag.js";
import type { Execution } from "../execution.js";
import { isCutOff, tooManySent } from "../limits/refusal.js";
import type { RequestLog } from "../observe/request-log.js";
import { requestIdOf } from "../request-id.js";
import { type Door, doorKey, type Doors } from "./doors.js";
import type { HandedOn } from "./handed-on.js";
import type { CachedAnswer, AnswerCache } from "./answer-cache.js";
import { paramsOfBody, paramsOfQuery } from "./params.js";
import { bodyOf, type Form, formOf } from "./plain-request.js";
import { questionTag } from "./question-tag.js";
import type { Question, Questions } from "./questions.js";
import { encoded, type Header, type Patience, send, sendNotModified, stream } from "./send.js";

export interface FrontOptions {
  readonly endpoint: string;
  readonly maxBody: number;
  readonly patience: Patience;
  /** Large answers that are sent at once. */
  readonly maxSent: number;
  readonly persisted: PersistedOperations | null;
  readonly snapshots: Snapshots;
  readonly questions: Questions;
  readonly execution: Execution;
  readonly requestLog: RequestLog;
  readonly doors: Doors;
  readonly cache: AnswerCache;
  readonly log: Logger;
  /** Answers whatever is not for the front. */
  readonly generic: (request: IncomingMessage, response: ServerResponse, on: HandedOn) => void;
}

/** Characters of an answer that is sent as a whole; a larger one goes in pieces as they are made. */
const WHOLE = 1_000_000;
const PIECE = 65_536;

interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly door: Door;
  readonly isGzipTaken: boolean;
  /** All that the answer hangs on, beside the version of the data. */
  readonly key: string;
  handOn(fault?: GraphQLError): void;
}

/**
 * Answers plain queries of known doors before they come to Yoga: from the cache, or by the executor
 * that writes text. Whatever is unusual, wrong, or fails is handed on, and answered as if the front
 * were not there.
 */
export class Front {
  readonly #answering = new Set<Promise<void>>();
  /** Of large answers: each holds what is still to be sent of it. */
  readonly #sending: Turns;

  constructor(private readonly options: FrontOptions) {
    this.#sending = new Turns(options.maxSent);
  }

  readonly listener: RequestListener = (request, response) => {
    const { doors, endpoint, generic, maxBody } = this.options;
    const form = formOf(request, endpoint, maxBody);
    if (form === null) return generic(request, response, {});
    const key = doorKey(request);
    const door = doors.of(key);
    if (!door) return generic(request, response, { front: { asker: request, opens: key } });
    const answering = this.#enter(request, response, door, form)
      .catch((error: unknown) => {
        this.options.log.error({ requestId: requestIdOf(request), err: error }, "an answer was not sent");
        response.destroy();
      })
      .finally(() => this.#answering.delete(answering));
    this.#answering.add(answering);
  };

  /** Waits until the answers under way are sent, at most so many milliseconds. */
  async drain(milliseconds: number): Promise<void> {
    const enough = new AbortController();
    const patience = setTimeout(milliseconds, undefined, { signal: enough.signal }).catch(() => undefined);
    await Promise.race([Promise.allSettled(this.#answering), patience]);
    enough.abort();
  }

  async #enter(request: IncomingMessage, response: ServerResponse, door: Door, form: Form): Promise<void> {
    const { cache, persisted, generic, questions } = this.options;
    const body = form === "body" ? await bodyOf(request) : null;
    if (form === "body" && body === null) return;
    const isGzipTaken = takesGzip(request.headers["accept-encoding"]);
    const text = body?.toString("utf8") ?? request.url ?? "";
    const key = `${door.id} ${isGzipTaken ? "gzip" : "plain"} ${text}`;
    const found = cache.find(key);
    if (found) return this.#sendCached(request, response, found);
    const handOn = (fault?: GraphQLError): void => {
      // As a stream, like one that was not read: the adapter would list every place of a buffer.
      const again = body ? Object.assign(request, { body: Readable.from([body]) }) : request;
      generic(again, response, { front: { asker: request, ...(fault && { fault }) } });
    };
    const params = body
      ? paramsOfBody(text, persisted)
      : paramsOfQuery(text.slice(text.indexOf("?")), persisted);
    const question = params && questions.of(params);
    if (!question) return handOn();
    await this.#answer({ request, response, door, isGzipTaken, key, handOn }, question);
  }

  #sendCached(request: IncomingMessage, response: ServerResponse, answer: CachedAnswer): void {
    const { requestLog } = this.options;
    const { operation, hash, cost, tag, body } = answer;
    requestLog.begin(request, { operation, hash, cost, cached: true });
    const headers: Header[] = [...answer.headers, [REQUEST_ID, requestIdOf(request)]];
    const isHeld = tag !== null && holds(request.headers["if-none-match"], tag);
    if (isHeld) sendNotModified(response, headers);
    else send(response, headers, body);
    requestLog.end(request, isHeld ? 304 : 200);
  }

  async #answer(exchange: Exchange, question: Question): Promise<void> {
    const { execution, cache, requestLog, snapshots } = this.options;
    const { request, response } = exchange;
    const { params, snapshot, prepared, operation, plan, cost } = question;
    const name = params.operationName ?? operation.operation.name?.value ?? null;
    requestLog.begin(request, { operation: name, hash: prepared.hash, cost, cached: false });
    const tag = request.method === "GET" ? questionTag(params, snapshot, snapshots) : null;
    const headers = this.#headers(exchange, tag);
    if (tag !== null && holds(request.headers["if-none-match"], tag)) {
      sendNotModified(response, headers);
      return requestLog.end(request, 304);
    }
    const revision = cache.revision;
    const leaving = new AbortController();
    const leave = (): void => leaving.abort();
    response.once("close", leave);
    try {
      const data = await execution.run({
        asker: request,
        signal: leaving.signal,
        snapshot,
        givesCursors: prepared.givesCursors,
        work: (context) => writeOperation(plan, operation, context),
      });
      const extensions = JSON.stringify({ cost, dataVersion: snapshot.catalogue.version });
      const text = [`{"data":`, data, `,"extensions":${extensions}}`];
      const sent = await this.#send(exchange, text, headers);
      if (sent && snapshot === snapshots.current)
        cache.keep(exchange.key, { ...sent, tag, operation: name, hash: prepared.hash, cost }, revision);
      requestLog.end(request, response.destroyed && !response.writableFinished ? null : 200);
    } catch (error) {
      if (leaving.signal.aborted) return requestLog.end(request, null);
      if (response.headersSent) {
        requestLog.end(request, null);
        throw error;
      }
      exchange.handOn(isCutOff(error) ? error : undefined);
    } finally {
      response.removeListener("close", leave);
    }
  }

  /** Returns what was sent, where that may be cached. */
  async #send(
    { response, isGzipTaken }: Exchange,
    text: Text,
    headers: readonly Header[],
  ): Promise<Pick<CachedAnswer, "body" | "headers"> | null> {
    const { cache, maxSent, patience } = this.options;
    const rest = pieces(text, WHOLE, PIECE);
    // An old client gets no chunks, and could not tell a part from the whole.
    const isWhole = response.req.httpVersion === "1.0";
    const first = isWhole ? [...rest].join("") : (rest.next().value ?? "");
    const second = rest.next();
    if (second.done) {
      const whole = await encoded(first, headers, isGzipTaken);
      send(response, whole.headers, whole.body);
      return cache.fits(whole.body.length) ? { ...whole, headers: withoutOwn(whole.headers) } : null;
    }
    if (this.#sending.areTaken) throw tooManySent(maxSent);
    await this.#sending.enter();
    try {
      await stream(response, headers, chain([first, second.value], rest), isGzipTaken, patience);
    } finally {
      this.#sending.leave();
    }
    return null;
  }

  #headers({ request, door }: Exchange, tag: string | null): Header[] {
    const tagged: Header[] = tag === null ? [] : [...TAGGED, ["etag", tag]];
    const replaced = new Set(tagged.map(([name]) => name));
    return [
      ...door.headers.filter(([name]) => !replaced.has(name)),
      ...tagged,
      [REQUEST_ID, requestIdOf(request)],
    ];
  }
}

const REQUEST_ID = "x-request-id";

const withoutOwn = (headers: readonly Header[]): Header[] => headers.filter(([name]) => name !== REQUEST_ID);

function* chain(first: Iterable<string>, rest: Iterable<string>): Generator<string, void, undefined> {
  yield* first;
  yield* rest;
}
