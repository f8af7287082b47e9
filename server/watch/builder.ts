import { type ChildProcess, fork } from "node:child_process";
import { constants, setPriority } from "node:os";
import { fileURLToPath } from "node:url";
import type { LoadProgress } from "../ingest/load.js";
import type { BuildMessage } from "./build-child.js";
import type { BuildReply, BuildRequest } from "./build.js";

const entry = fileURLToPath(new URL("./build-entry.js", import.meta.url));

/**
 * Builds in a process of its own, of low priority: requests go on meanwhile, and a file that would
 * crash the engine does not crash the server. The process waits for the next build, as its start
 * takes longer than reading a few new lines; after files were read whole, a new one takes its place,
 * so that the memory of that is given back.
 */
export class Builder {
  #child: ChildProcess | null = null;

  /**
   * Call when no other build is under way.
   * @throws the signal's reason where it is aborted; an Error where the process fails.
   */
  async build(
    request: BuildRequest,
    signal: AbortSignal,
    onProgress?: (progress: LoadProgress) => void,
  ): Promise<BuildReply> {
    signal.throwIfAborted();
    const child = this.#child ?? this.#start();
    const reply = await ask(child, request, signal, onProgress);
    if (reply.kind === "built" && reply.isWhole) {
      this.close();
      this.#start();
    }
    return reply;
  }

  /** Ends the process, whatever it does. */
  close(): void {
    this.#child?.kill("SIGKILL");
    this.#child = null;
  }

  #start(): ChildProcess {
    const child = fork(entry, [], {
      serialization: "advanced",
      execArgv: [],
      stdio: ["ignore", "ignore", "inherit", "ipc"],
    });
    const forget = (): void => {
      if (this.#child === child) this.#child = null;
    };
    child.once("close", forget);
    child.once("error", forget);
    lowerPriority(child.pid);
    this.#child = child;
    return child;
  }
}

function ask(
  child: ChildProcess,
  request: BuildRequest,
  signal: AbortSignal,
  onProgress?: (progress: LoadProgress) => void,
): Promise<BuildReply> {
  return new Promise((resolve, reject) => {
    const kill = (): void => void child.kill("SIGKILL");
    const onMessage = (message: BuildMessage): void => {
      if (message.kind === "progress") return onProgress?.(message.progress);
      end();
      if (message.kind === "reply") resolve(message.reply);
      else reject(new Error(message.stack || message.message));
    };
    const onClose = (code: number | null, killedBy: NodeJS.Signals | null): void => {
      end();
      if (signal.aborted) reject(signal.reason as Error);
      else reject(new Error(`the building process ended (${killedBy ?? code})`));
    };
    const onError = (error: Error): void => {
      end();
      reject(error);
    };
    const end = (): void => {
      signal.removeEventListener("abort", kill);
      child.off("message", onMessage).off("close", onClose).off("error", onError);
    };
    signal.addEventListener("abort", kill, { once: true });
    child.on("message", onMessage).on("close", onClose).on("error", onError);
    child.send(request);
  });
}

/** Where the system does not allow it, the build only takes a greater share. */
function lowerPriority(pid: number | undefined): void {
  try {
    if (pid !== undefined) setPriority(pid, constants.priority.PRIORITY_BELOW_NORMAL);
  } catch {
    return;
  }
}
