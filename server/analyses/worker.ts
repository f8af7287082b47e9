import { parentPort, workerData } from "node:worker_threads";
import { messageOf } from "../errors.js";
import { type HeavyTasks, heavyTasks, type TaskName } from "./heavy-tasks.js";

/** A task for the worker, and what it answers. */
export interface TaskMessage {
  readonly id: number;
  readonly name: TaskName;
  readonly request: HeavyTasks[TaskName]["request"];
}

export type AnswerMessage =
  | { readonly id: number; readonly answer: unknown }
  /** `range`: the arguments make an answer impossible. */
  | { readonly id: number; readonly error: string; readonly range: boolean };

/** Holds the id of a task that is no longer wanted; shared with the pool. */
const stopped = new Int32Array(workerData as SharedArrayBuffer);

parentPort?.on("message", ({ id, name, request }: TaskMessage) => {
  const run = heavyTasks[name] as (request: unknown, shouldStop: () => boolean) => unknown;
  let message: AnswerMessage;
  try {
    message = { id, answer: run(request, () => Atomics.load(stopped, 0) === id) };
  } catch (error) {
    message = {
      id,
      error: messageOf(error),
      range: error instanceof RangeError,
    };
  }
  parentPort?.postMessage(message);
});
