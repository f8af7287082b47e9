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
import { Turns } from "../duckdb/turns.js";
import { asError } from "../errors.js";
import type { Snapshots } from "../snapshots.js";
import type { Finish } from "./answers.js";
import type { Execution } from "./execution.js";
import { notFollowing, stopping, tooManySubscriptions } from "./limits/refusal.js";
import { endOf, type SubscriptionEnd, SubscriptionMetrics } from "./observe/subscription-metrics.js";
import type { Metrics } from "./observe/metrics.js";
import { Subscriber } from "./subscriber.js";

export interface SubscriptionsOptions {
  readonly snapshots: Snapshots;
  readonly finish: Finish;
  readonly execution: Execution;
  readonly metrics: Metrics;
  /** Whether anything will ever be told. */
  readonly isFollowing: boolean;
  /** Open at once. */
  readonly most: number;
  /** Changes that are worked out at once, of all subscriptions. */
  readonly evaluations: number;
}

interface Subscription {
  readonly asked: ExecutionArgs;
  readonly request: Request;
  readonly subscriber: Subscriber;
  readonly signal: AbortSignal;
  /** Once: more calls change nothing. */
  end(why: SubscriptionEnd): void;
}

/** Runs subscriptions; all of them hear of changes from the one registry of snapshots. */
export class Subscriptions {
  readonly #open = new Set<AbortController>();
  readonly #metrics: SubscriptionMetrics;
  readonly #turns: Turns;

  constructor(private readonly options: SubscriptionsOptions) {
    this.#metrics = new SubscriptionMetrics(options.metrics.registry, () => this.#open.size);
    this.#turns = new Turns(options.evaluations);
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
    const { snapshots, finish, isFollowing, most } = this.options;
    const refusal = !isFollowing
      ? notFollowing()
      : this.#open.size >= most
        ? tooManySubscriptions(most)
        : null;
    if (refusal) {
      this.#metrics.ended("refused");
      return finish({ errors: [refusal] }, request, snapshots.current.catalogue.version);
    }
    const subscription = this.#begin(asked, request);
    const { subscriber, signal } = subscription;
    const { store, analyses, schema, catalogue } = subscriber.snapshot;
    // The arguments are checked against the snapshot that the subscriber is told the changes of.
    const contextValue = new Context(store, signal, analyses, snapshots.faults, subscriber);
    const events = await createSourceEventStream({ ...asked, schema, contextValue });
    if (!(Symbol.asyncIterator in events)) {
      subscription.end("refused");
      return finish(events, request, catalogue.version);
    }
    const answers = this.#answers(subscription, events);
    return {
      [Symbol.asyncIterator]: () => ({
        next: () => answers.next(),
        return: async () => {
          subscription.end("left");
          return answers.return(undefined);
        },
        throw: async (error: unknown) => {
          subscription.end("failed");
          return answers.throw(error);
        },
      }),
    };
  }

  /** It counts as open from here on. */
  #begin(asked: ExecutionArgs, request: Request): Subscription {
    const stop = new AbortController();
    const leave = (): void => end("left");
    const end = (why: SubscriptionEnd): void => {
      request.signal.removeEventListener("abort", leave);
      if (!this.#open.delete(stop)) return;
      this.#metrics.ended(why);
      stop.abort();
    };
    this.#open.add(stop);
    if (request.signal.aborted) leave();
    request.signal.addEventListener("abort", leave, { once: true });
    const subscriber = new Subscriber(this.options.snapshots, stop.signal);
    return { asked, request, subscriber, signal: stop.signal, end };
  }

  async *#answers(
    subscription: Subscription,
    events: AsyncIterable<unknown>,
  ): AsyncGenerator<ExecutionResult> {
    const { request, subscriber, signal } = subscription;
    const { finish } = this.options;
    const versionNow = (): string => subscriber.snapshot.catalogue.version;
    try {
      for await (const event of events) {
        const result = await this.#evaluate(subscription, event);
        if ((event as RunsAdded).isEmpty === true) continue;
        this.#metrics.sent();
        yield finish(result, request, versionNow());
      }
      if (signal.reason instanceof GraphQLError) throw signal.reason;
      subscription.end("left");
    } catch (error) {
      if (request.signal.aborted) return;
      const fault = asGraphQLError(signal.reason instanceof GraphQLError ? signal.reason : error);
      subscription.end(endOf(fault.extensions["code"]));
      yield finish({ errors: [fault] }, request, versionNow());
    } finally {
      subscription.end("left");
    }
  }

  /**
   * What a subscriber is told of a change: worked out as a request is, in its turn and in bounded time.
   * Few of all subscriptions' are worked out at once, so that they never crowd requests out.
   */
  async #evaluate(
    { asked, request, subscriber: { snapshot }, signal }: Subscription,
    event: unknown,
  ): Promise<ExecutionResult> {
    const lease = this.options.snapshots.acquire(snapshot, true);
    const began = performance.now();
    try {
      await this.#turns.enter(signal);
      try {
        return await this.options.execution.run({
          asker: request,
          signal,
          snapshot,
          givesCursors: true,
          isPatient: true,
          work: async (contextValue) =>
            execute({ ...asked, schema: snapshot.schema, rootValue: event, contextValue }),
        });
      } finally {
        this.#turns.leave();
      }
    } finally {
      lease.release();
      this.#metrics.evaluated(performance.now() - began);
    }
  }
}

const asGraphQLError = (error: unknown): GraphQLError =>
  error instanceof GraphQLError
    ? error
    : new GraphQLError("The subscription failed.", {
        originalError: asError(error),
      });
