import { fork } from "node:child_process";
import { constants, setPriority } from "node:os";
import { fileURLToPath } from "node:url";
import type { LoadProgress } from "../ingest/load.js";
import type { BuildMessage } from "./build-child.js";
import type { BuildReply, BuildRequest } from "./build.js";

const entry = fileURLToPath(new URL("./build-entry.js", import.meta.url));

/**
 * Builds in a process of its own, of low priority: requests go on meanwhile, its memory is given back
 * when it ends, and a file that would crash the engine does not crash the server.
 * @throws the signal's reason where it is aborted; an Error where the process fails.
 */
export function buildApart(
  request: BuildRequest,
  signal: AbortSignal,
  onProgress?: (progress: LoadProgress) => void,
): Promise<BuildReply> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const child = fork(entry, [], {
      serialization: "advanced",
      execArgv: [],
      stdio: ["ignore", "ignore", "inherit", "ipc"],
    });
    const kill = (): void => void child.kill("SIGKILL");
    signal.addEventListener("abort", kill, { once: true });
    let last: BuildMessage | null = null;
    child.on("message", (message: BuildMessage) => {
      if (message.kind === "progress") onProgress?.(message.progress);
      else last = message;
    });
    child.once("error", reject);
    child.once("close", (code, killedBy) => {
      signal.removeEventListener("abort", kill);
      if (signal.aborted) reject(signal.reason as Error);
      else if (last?.kind === "reply") resolve(last.reply);
      else
        reject(
          new Error(
            last?.kind === "failed"
              ? last.stack || last.message
              : `the building process ended (${killedBy ?? code})`,
          ),
        );
    });
    lowerPriority(child.pid);
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
