import { GraphQLError } from "graphql";
import { Context } from "../../schema/context.js";
import type { Snapshot } from "../snapshot.js";
import type { Snapshots } from "../snapshots.js";
import type { Gate } from "./limits/gate.js";
import { stopping, timedOut, waitedTooLong } from "./limits/refusal.js";
import type { Asker, Records } from "./observe/records.js";

export interface ExecutionOptions {
  readonly snapshots: Snapshots;
  readonly records: Records;
  readonly gate: Gate;
  /** Seconds that a request may take, waiting for its turn included. */
  readonly timeout: number;
}

/** A request that is to be worked on. */
export interface Asked<T> {
  readonly asker: Asker;
  /** Aborted when the client goes away. */
  readonly signal: AbortSignal;
  readonly snapshot: Snapshot;
  /** Whether the answer may hold cursors, which keep the snapshot readable for a while. */
  readonly givesCursors: boolean;
  /** Whether it waits for its turn however many wait already. Default: false. */
  readonly isPatient?: boolean;
  readonly work: (context: Context) => Promise<T>;
}

interface Turn {
  /** Whether the request is worked on, or waits. */
  isMine: boolean;
  /** When it is out of time, by `performance.now()`. */
  readonly end: number;
}

/** How long a request that is out of time is waited for until it is answered all the same, in milliseconds. */
const GRACE = 2000;

/** Runs requests, each with a context of its own and in bounded time, and knows which are under way. */
export class Execution {
  readonly #underWay = new Map<Promise<unknown>, AbortController>();

  constructor(private readonly options: ExecutionOptions) {}

  /**
   * What the work returns. A client that goes away takes its statements with it.
   * @throws the fault alone, a GraphQLError, of a request that was cut off, once its statements are gone.
   */
  run<T>(asked: Asked<T>): Promise<T> {
    return this.options.records.run(asked.asker, () => this.#inTime(asked));
  }

  /** Waits for what is under way, aborts what is not done by then, and returns when nothing runs. */
  async drain(milliseconds: number): Promise<void> {
    const patience = setTimeout(() => {
      for (const stop of this.#underWay.values()) stop.abort(stopping());
    }, milliseconds);
    while (this.#underWay.size > 0) await Promise.allSettled(this.#underWay.keys());
    clearTimeout(patience);
  }

  #inTime<T>(asked: Asked<T>): Promise<T> {
    const { timeout } = this.options;
    const { signal } = asked;
    const stop = new AbortController();
    const turn: Turn = { isMine: false, end: performance.now() + timeout * 1000 };
    const leave = (): void => stop.abort(signal.reason);
    if (signal.aborted) leave();
    signal.addEventListener("abort", leave, { once: true });
    return new Promise((resolve, reject) => {
      let timer = setTimeout(() => {
        const fault = turn.isMine ? timedOut(timeout) : waitedTooLong(timeout);
        stop.abort(fault);
        timer = setTimeout(() => reject(fault), GRACE);
      }, timeout * 1000);
      const running = this.#run(asked, stop, turn).finally(() => {
        signal.removeEventListener("abort", leave);
        clearTimeout(timer);
        this.#underWay.delete(running);
      });
      this.#underWay.set(running, stop);
      running.then(resolve, reject);
    });
  }

  async #run<T>(
    { snapshot, givesCursors, isPatient, work }: Asked<T>,
    stop: AbortController,
    turn: Turn,
  ): Promise<T> {
    const { snapshots, gate } = this.options;
    const { signal } = stop;
    const lease = snapshots.acquire(snapshot, givesCursors);
    try {
      await gate.enter(signal, isPatient);
      turn.isMine = true;
      try {
        const { store, analyses } = lease.snapshot;
        const answer = await work(new Context(store, signal, analyses, snapshots.faults));
        // Work that lets nobody have a turn outlives the limit, whose timer waits for one too.
        if (performance.now() > turn.end) stop.abort(timedOut(this.options.timeout));
        // What was cut off is no answer: a part must not be taken for the whole.
        if (signal.reason instanceof GraphQLError) throw signal.reason;
        return answer;
      } catch (error) {
        throw signal.reason instanceof GraphQLError ? signal.reason : error;
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
export const givesCursors = (query: string): boolean => /cursor/i.test(query);
