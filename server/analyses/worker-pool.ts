import { Worker } from "node:worker_threads";
import type { HeavyTasks, TaskName } from "./heavy-tasks.js";
import type { AnswerMessage, TaskMessage } from "./worker.js";

interface Job {
  readonly message: TaskMessage;
  readonly resolve: (answer: unknown) => void;
  readonly reject: (error: unknown) => void;
}

interface Thread {
  readonly worker: Worker;
  readonly stop: Int32Array;
  job: Job | null;
}

/** A task that goes on for so many milliseconds after it was to stop is ended with its thread. */
const STOP_WITHIN = 2000;

/** Worker threads for heavy tasks: started when first needed, one task at a time each, the rest in a queue. */
export class WorkerPool {
  readonly #threads: Thread[] = [];
  readonly #queue: Job[] = [];
  #lastId = 0;
  #closed = false;

  constructor(private readonly size: number) {}

  /** Runs a task; an abort takes it out of the queue, or ends it at its next look, and rejects at once. */
  run<Name extends TaskName>(
    name: Name,
    request: HeavyTasks[Name]["request"],
    signal: AbortSignal,
  ): Promise<HeavyTasks[Name]["answer"]> {
    return new Promise((resolve, reject) => {
      signal.throwIfAborted();
      if (this.#closed) throw new Error("The server is stopping.");
      this.#lastId += 1;
      const message: TaskMessage = { id: this.#lastId, name, request };
      const abort = (): void => {
        this.#stop(message.id);
        reject(signal.reason as Error);
      };
      signal.addEventListener("abort", abort, { once: true });
      const settled =
        <T>(settle: (value: T) => void) =>
        (value: T): void => {
          signal.removeEventListener("abort", abort);
          settle(value);
        };
      this.#queue.push({
        message,
        resolve: settled(resolve as (answer: unknown) => void),
        reject: settled(reject),
      });
      this.#next();
    });
  }

  async close(): Promise<void> {
    this.#closed = true;
    for (const { reject } of this.#queue.splice(0)) reject(new Error("The server is stopping."));
    await Promise.all(this.#threads.splice(0).map(({ worker }) => worker.terminate()));
  }

  #next(): void {
    if (this.#queue.length === 0) return;
    const thread =
      this.#threads.find(({ job }) => job === null) ??
      (this.#threads.length < this.size ? this.#start() : null);
    const job = thread && this.#queue.shift();
    if (!thread || !job) return;
    thread.job = job;
    thread.worker.ref();
    thread.worker.postMessage(job.message);
  }

  #stop(id: number): void {
    const waiting = this.#queue.findIndex(({ message }) => message.id === id);
    if (waiting >= 0) this.#queue.splice(waiting, 1);
    const thread = this.#threads.find(({ job }) => job?.message.id === id);
    if (!thread) return;
    Atomics.store(thread.stop, 0, id);
    setTimeout(() => {
      if (thread.job?.message.id === id) void thread.worker.terminate();
    }, STOP_WITHIN).unref();
  }

  #start(): Thread {
    const shared = new SharedArrayBuffer(4);
    const worker = new Worker(new URL("./worker-entry.js", import.meta.url), { workerData: shared });
    const thread: Thread = { worker, stop: new Int32Array(shared), job: null };
    this.#threads.push(thread);
    worker.on("message", (message: AnswerMessage) => this.#answered(thread, message));
    worker.on("error", (error) => this.#lost(thread, error));
    worker.on("exit", () => this.#lost(thread, new Error("The statistics' worker ended.")));
    return thread;
  }

  #answered(thread: Thread, message: AnswerMessage): void {
    const { job } = thread;
    thread.job = null;
    thread.worker.unref();
    if ("answer" in message) job?.resolve(message.answer);
    else job?.reject(message.range ? new RangeError(message.error) : new Error(message.error));
    this.#next();
  }

  #lost(thread: Thread, error: unknown): void {
    const place = this.#threads.indexOf(thread);
    if (place >= 0) this.#threads.splice(place, 1);
    thread.job?.reject(error);
    thread.job = null;
    this.#next();
  }
}
