import { type DocumentNode, getOperationAST } from "graphql";
import type { Plugin } from "graphql-yoga";
import type { Logger } from "pino";
import { type StatementEvent, statements } from "../../duckdb/observed-statement.js";
import { requestIdOf } from "../request-id.js";
import { sha256 } from "../security/persisted.js";
import type { Metrics, Outcome } from "./metrics.js";
import type { Asker, Records, RequestRecord } from "./records.js";

/** Logs each request for data in one line, and counts it and its statements. */
export class RequestLog {
  /** Weak: a request that is handed on goes on under another name. */
  readonly #open = new WeakMap<Asker, RequestRecord>();
  /** Those that go on when their response has begun. */
  readonly #held = new WeakSet<Asker>();

  constructor(
    private readonly records: Records,
    private readonly metrics: Metrics,
    private readonly log: Logger,
  ) {
    statements.subscribe(this.#statement);
  }

  /**
   * Begins a request whose answer is no GraphQL and may take longer than its head; call what is
   * returned when it is over, with its status, or with null where nobody was left to answer.
   */
  beginHeld(request: Request, operation: string): (status: number | null) => void {
    this.begin(request, { operation });
    this.#held.add(request);
    return (status) => this.end(request, status);
  }

  plugin(): Plugin {
    return {
      onParams: ({ request, params: { query, operationName } }) => {
        this.begin(request, {
          // What comes is whatever the client sent.
          operation: typeof operationName === "string" ? operationName : null,
          hash: typeof query === "string" ? sha256(query) : null,
        });
        request.signal.addEventListener("abort", () => this.end(request, null), { once: true });
      },
      onExecute: ({ args }) => {
        const { request } = args.contextValue as { readonly request: Request };
        const operation = getOperationAST(args.document as DocumentNode, args.operationName as string | null);
        this.records.of(request).operation ??= operation?.name?.value ?? null;
      },
      onResponse: ({ request, response }) => {
        if (this.#held.has(request)) return;
        if (this.#open.has(request)) this.end(request, response.status);
        else if (response.status >= 400) {
          const { method, url } = request;
          this.turnedAway(request, method, URL.canParse(url) ? new URL(url).pathname : null, response.status);
        }
      },
    };
  }

  /** A request that was refused before it came to a question. */
  turnedAway(asker: Asker, method: string, path: string | null, status: number): void {
    this.metrics.turnedAway(status);
    const requestId = requestIdOf(asker);
    this.log.info({ requestId, method, path: path?.slice(0, LONGEST_NAME) ?? null, status }, "turned away");
  }

  /** Counts no more. */
  close(): void {
    statements.unsubscribe(this.#statement);
  }

  readonly #statement = (message: unknown): void => {
    const record = this.records.running;
    // The channel is the process's: others' statements are not of our requests.
    if (!record) return;
    const event = message as StatementEvent;
    record.statements += 1;
    record.statementMilliseconds += event.milliseconds;
    record.rows += event.rows ?? 0;
    this.metrics.statement(event);
  };

  /** A request of which something is known. */
  begin(asker: Asker, known: Partial<RequestRecord>): void {
    this.#open.set(asker, Object.assign(this.records.of(asker), known));
  }

  /** @param status null where nobody is left to answer. */
  end(asker: Asker, status: number | null): void {
    const record = this.#open.get(asker);
    if (!record) return;
    this.#open.delete(asker);
    const outcome = outcomeOf(record, status);
    this.metrics.request(record, outcome);
    const {
      operation,
      hash,
      cost,
      statements: count,
      statementMilliseconds,
      rows,
      cached,
      codes,
      started,
    } = record;
    this.log.info(
      {
        requestId: requestIdOf(asker),
        operation: operation?.slice(0, LONGEST_NAME) ?? null,
        hash,
        cost: cost?.requested ?? null,
        rows,
        statements: count,
        statementMilliseconds: round(statementMilliseconds),
        outcome,
        cached,
        ...(codes.size > 0 && { codes: [...codes] }),
        status,
        milliseconds: round(performance.now() - started),
      },
      "request",
    );
  }
}

/** Clients may send any name, and any path. */
const LONGEST_NAME = 100;

const round = (milliseconds: number): number => Math.round(milliseconds * 100) / 100;

function outcomeOf({ codes }: RequestRecord, status: number | null): Outcome {
  if (status === null) return "aborted";
  if (codes.has("TIMEOUT")) return "timeout";
  if (codes.has("OVERLOADED")) return "overloaded";
  if (codes.has("SERVER_STOPPING")) return "stopping";
  if (codes.has("INTERNAL")) return "failed";
  return codes.size > 0 || status >= 400 ? "refused" : "ok";
}
