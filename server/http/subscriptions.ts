import {
  createSourceEventStream,
  execute,
  type ExecutionArgs,
  type ExecutionResult,
  GraphQLError,
} from "graphql";
import type { Plugin } from "graphql-yoga";
import type { RunsAdded } from "../../schema/changes.js";
import { Context } from "../../schema/context.js";
import type { Snapshot } from "../snapshot.js";
import type { Snapshots } from "../snapshots.js";
import type { Finish } from "./answers.js";
import { Subscriber } from "./subscriber.js";

/** Runs subscriptions; all of them hear of changes from the one registry of snapshots. */
export class Subscriptions {
  readonly #open = new Set<AbortController>();

  constructor(
    private readonly snapshots: Snapshots,
    private readonly finish: Finish,
  ) {}

  get count(): number {
    return this.#open.size;
  }

  plugin(): Plugin {
    return {
      onSubscribe: ({ args, setSubscribeFn }) => {
        const { request } = args.contextValue as { readonly request: Request };
        setSubscribeFn((asked: ExecutionArgs) => this.#subscribe(asked, request));
      },
    };
  }

  /** Ends all of them with a code. */
  close(): void {
    for (const stop of this.#open) stop.abort(stopping());
  }

  async #subscribe(
    asked: ExecutionArgs,
    request: Request,
  ): Promise<AsyncIterable<ExecutionResult> | ExecutionResult> {
    const stop = new AbortController();
    const leave = (): void => stop.abort(request.signal.reason);
    if (request.signal.aborted) leave();
    request.signal.addEventListener("abort", leave, { once: true });
    const end = (): void => {
      request.signal.removeEventListener("abort", leave);
      this.#open.delete(stop);
      stop.abort();
    };
    const subscriber = new Subscriber(this.snapshots, stop.signal);
    // The arguments are checked against the snapshot that the subscriber is told the changes of.
    const events = await createSourceEventStream({
      ...asked,
      schema: subscriber.snapshot.schema,
      contextValue: this.#context(subscriber.snapshot, stop.signal, subscriber),
    });
    if (!(Symbol.asyncIterator in events)) {
      end();
      return this.finish(events, request, subscriber.snapshot.catalogue.version);
    }
    this.#open.add(stop);
    const answers = this.#answers(asked, request, events, subscriber, stop.signal);
    return {
      [Symbol.asyncIterator]: () => ({
        next: () => answers.next(),
        return: async () => {
          end();
          return answers.return(undefined);
        },
        throw: async (error: unknown) => {
          end();
          return answers.throw(error);
        },
      }),
    };
  }

  async *#answers(
    asked: ExecutionArgs,
    request: Request,
    events: AsyncIterable<unknown>,
    subscriber: Subscriber,
    signal: AbortSignal,
  ): AsyncGenerator<ExecutionResult> {
    const versionNow = (): string => subscriber.snapshot.catalogue.version;
    try {
      for await (const event of events) {
        const lease = this.snapshots.acquire(subscriber.snapshot, true);
        try {
          const result = await execute({
            ...asked,
            schema: lease.snapshot.schema,
            rootValue: event,
            contextValue: this.#context(lease.snapshot, signal, subscriber),
          });
          if ((event as RunsAdded).isEmpty !== true) yield this.finish(result, request, versionNow());
        } finally {
          lease.release();
        }
      }
      if (signal.reason instanceof GraphQLError) throw signal.reason;
    } catch (error) {
      if (request.signal.aborted) return;
      yield this.finish({ errors: [asGraphQLError(error)] }, request, versionNow());
    } finally {
      for (const stop of this.#open) if (stop.signal === signal) this.#open.delete(stop);
    }
  }

  #context(snapshot: Snapshot, signal: AbortSignal, subscriber: Subscriber): Context {
    return new Context(snapshot.store, signal, snapshot.analyses, this.snapshots.faults, subscriber);
  }
}

const asGraphQLError = (error: unknown): GraphQLError =>
  error instanceof GraphQLError
    ? error
    : new GraphQLError("The subscription failed.", {
        originalError: error instanceof Error ? error : new Error(String(error)),
      });

const stopping = (): GraphQLError =>
  new GraphQLError("The server is stopping. Subscribe again when it is back.", {
    extensions: { code: "SERVER_STOPPING" },
  });
