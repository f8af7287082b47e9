import { execute, type ExecutionArgs, type ExecutionResult, GraphQLError } from "graphql";
import type { Plugin } from "graphql-yoga";
import { Context } from "../../schema/context.js";
import type { Snapshots } from "../snapshots.js";
import type { ChosenSnapshot } from "./chosen-snapshot.js";
import type { Gate } from "./limits/gate.js";
import { stopping, timedOut } from "./limits/refusal.js";
import type { Records } from "./observe/records.js";

export interface ExecutionOptions {
  readonly snapshots: Snapshots;
  readonly chosen: ChosenSnapshot;
  readonly records: Records;
  readonly gate: Gate;
  /** Seconds that a request may take, waiting for its turn included. */
  readonly timeout: number;
}

/** How long a request that is out of time is waited for until it is answered all the same, in milliseconds. */
const GRACE = 2000;

/** Runs requests, each with a context of its own and in bounded time, and knows which are under way. */
export class Execution {
  readonly #underWay = new Map<Promise<unknown>, AbortController>();

  constructor(private readonly options: ExecutionOptions) {}

  /** Sets the context of each request; a client that goes away takes its statements with it. */
  plugin(): Plugin {
    return {
      onExecute: ({ args, setExecuteFn }) => {
        const { request } = args.contextValue as { readonly request: Request };
        setExecuteFn((asked: ExecutionArgs) =>
          this.options.records.run(request, () => this.#inTime(asked, request)),
        );
      },
    };
  }

  /** Waits for what is under way, aborts what is not done by then, and returns when nothing runs. */
  async drain(milliseconds: number): Promise<void> {
    const patience = setTimeout(() => {
      for (const stop of this.#underWay.values()) stop.abort(stopping());
    }, milliseconds);
    while (this.#underWay.size > 0) await Promise.allSettled(this.#underWay.keys());
    clearTimeout(patience);
  }

  /** The answer; that of a request which is out of time is the fault alone, once its statements are gone. */
  async #inTime(asked: ExecutionArgs, request: Request): Promise<ExecutionResult> {
    const { timeout } = this.options;
    const stop = new AbortController();
    const leave = (): void => stop.abort(request.signal.reason);
    if (request.signal.aborted) leave();
    request.signal.addEventListener("abort", leave, { once: true });
    const timers: NodeJS.Timeout[] = [];
    const late = new Promise<ExecutionResult>((resolve) => {
      const expire = (): void => {
        const fault = timedOut(timeout);
        stop.abort(fault);
        timers.push(setTimeout(() => resolve({ errors: [fault] }), GRACE));
      };
      timers.push(setTimeout(expire, timeout * 1000));
    });
    const running = this.#run(asked, request, stop).finally(() => {
      request.signal.removeEventListener("abort", leave);
      for (const timer of timers) clearTimeout(timer);
      this.#underWay.delete(running);
    });
    this.#underWay.set(running, stop);
    return Promise.race([running, late]);
  }

  async #run(asked: ExecutionArgs, request: Request, stop: AbortController): Promise<ExecutionResult> {
    const { snapshots, chosen, gate } = this.options;
    const { signal } = stop;
    const lease = snapshots.acquire(chosen.of(request), givesCursors(asked));
    try {
      await gate.enter(signal);
      try {
        const { store, analyses } = lease.snapshot;
        const contextValue = new Context(store, signal, analyses, snapshots.faults);
        const answer = await execute({ ...asked, contextValue });
        // What was cut off is no answer: a part must not be taken for the whole.
        if (signal.aborted && signal.reason instanceof GraphQLError) return { errors: [signal.reason] };
        return answer;
      } finally {
        gate.leave();
      }
    } finally {
      // An error may answer a request while other statements of it still run.
      stop.abort(new Error("The request has been answered."));
      lease.release();
    }
  }
}

/** Whether an answer may hold cursors: a query that names none of their fields gets none. */
const givesCursors = ({ document }: ExecutionArgs): boolean =>
  /cursor/i.test(document.loc?.source.body ?? "cursor");
