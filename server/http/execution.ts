import { execute, type ExecutionArgs } from "graphql";
import type { Plugin } from "graphql-yoga";
import type { Analyses } from "../../schema/analyses.js";
import { Context } from "../../schema/context.js";
import type { Store } from "../../schema/store.js";

/** Runs requests, each with a context of its own, and knows which are under way. */
export class Execution {
  readonly #underWay = new Map<Promise<unknown>, AbortController>();

  constructor(
    private readonly store: Store,
    private readonly analyses: Analyses,
  ) {}

  /** Sets the context of each request; a client that goes away takes its statements with it. */
  plugin(): Plugin {
    return {
      onExecute: ({ args, setExecuteFn }) => {
        const { signal } = (args.contextValue as { readonly request: Request }).request;
        setExecuteFn((asked: ExecutionArgs) => {
          const stop = new AbortController();
          const abort = (): void => stop.abort(signal.reason);
          if (signal.aborted) abort();
          signal.addEventListener("abort", abort, { once: true });
          const running = Promise.resolve(
            execute({ ...asked, contextValue: new Context(this.store, stop.signal, this.analyses) }),
          ).finally(() => {
            signal.removeEventListener("abort", abort);
            this.#underWay.delete(running);
          });
          this.#underWay.set(running, stop);
          return running;
        });
      },
    };
  }

  /** Waits for what is under way, aborts what is not done by then, and returns when nothing runs. */
  async drain(milliseconds: number): Promise<void> {
    const patience = setTimeout(() => {
      for (const stop of this.#underWay.values()) stop.abort(new Error("The server is shutting down."));
    }, milliseconds);
    while (this.#underWay.size > 0) await Promise.allSettled(this.#underWay.keys());
    clearTimeout(patience);
  }
}
