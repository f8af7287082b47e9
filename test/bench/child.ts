import { spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync, readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { fileURLToPath } from "node:url";
import { megabytes } from "./megabytes.js";

/** A process that was started, and the first line that it printed to match a pattern. */
export interface Child {
  readonly found: string;
  /** The most memory that it has had resident so far, in MB; null where the system does not tell. */
  peakMemory(): number | null;
  stop(): Promise<void>;
}

/** Runs Node with these arguments until it prints a line that matches; stderr is shown where it ends before, or goes into an open file. */
export async function startChild(
  words: readonly string[],
  pattern: RegExp,
  environment: Readonly<Record<string, string>> = {},
  log: number | "pipe" = "pipe",
): Promise<Child> {
  const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith("SWEEPQL_"));
  const child = spawn(process.execPath, words, {
    env: { ...Object.fromEntries(inherited), SWEEPQL_LOG_LEVEL: "error", ...environment },
    stdio: ["ignore", "pipe", log],
  });
  const ended = once(child, "close");
  let stderr = "";
  child.stderr?.setEncoding("utf8").on("data", (text: string) => (stderr += text));
  const stdout = child.stdout as Readable;
  for await (const line of createInterface({ input: stdout })) {
    const found = pattern.exec(line)?.[0];
    if (found === undefined) continue;
    stdout.resume();
    return {
      found,
      peakMemory: () => peakMemoryOf(child.pid),
      async stop() {
        child.kill("SIGTERM");
        await ended;
      },
    };
  }
  throw new Error(`${words.join(" ")} ended early: ${stderr}`);
}

/** In MB; Linux alone tells. */
function peakMemoryOf(pid: number | undefined): number | null {
  try {
    const kibibytes = /VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
    return kibibytes === undefined ? null : megabytes(Number(kibibytes));
  } catch {
    return null;
  }
}

const command = fileURLToPath(new URL("../../server/sweepql.js", import.meta.url));

export interface ServiceOptions {
  /** Takes the service's CPU profile. */
  readonly profileFolder?: string | null;
  /** Where loaded data are kept from start to start; default: nowhere. */
  readonly cache?: string;
  /** Whether answers are kept for whoever asks the same again; default: no. */
  readonly keepsAnswers?: boolean;
  /** Where a line of log for each request goes, as by default; else only errors are logged. */
  readonly log?: string;
  /** Seconds of one request, where it may have more than by default. */
  readonly timeout?: number;
}

/** The real `sweepql serve`, in a process of its own. */
export async function startService(
  sources: readonly string[],
  { profileFolder = null, cache = "0", keepsAnswers = false, log, timeout }: ServiceOptions = {},
): Promise<Child> {
  const file = log === undefined ? null : openSync(log, "a");
  try {
    return await startChild(
      [
        ...(profileFolder === null ? [] : ["--cpu-prof", "--cpu-prof-dir", profileFolder]),
        command,
        "serve",
        "--port",
        "0",
        ...sources.flatMap((source) => ["--data", source]),
      ],
      /http:[^\s)]+/,
      {
        SWEEPQL_CACHE: cache,
        ...(keepsAnswers ? {} : { SWEEPQL_ANSWER_CACHE: "0" }),
        ...(log === undefined ? {} : { SWEEPQL_LOG_LEVEL: "info" }),
        ...(timeout === undefined ? {} : { SWEEPQL_TIMEOUT: String(timeout) }),
      },
      file ?? "pipe",
    );
  } finally {
    if (file !== null) closeSync(file);
  }
}

/** A script of the benchmark's own, in a process of its own. */
export const startScript = (script: URL, words: readonly string[], pattern: RegExp): Promise<Child> =>
  startChild(["--import", "tsx", fileURLToPath(script), ...words], pattern);
