import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

/** A process that was started, and the first line that it printed to match a pattern. */
export interface Child {
  readonly found: string;
  stop(): Promise<void>;
}

/** Runs Node with these arguments until it prints a line that matches; stderr is shown where it ends before. */
export async function startChild(words: readonly string[], pattern: RegExp): Promise<Child> {
  const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith("SWEEPQL_"));
  const child = spawn(process.execPath, words, {
    env: { ...Object.fromEntries(inherited), SWEEPQL_LOG_LEVEL: "error", SWEEPQL_CACHE: "0" },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const ended = once(child, "close");
  let stderr = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
  for await (const line of createInterface({ input: child.stdout })) {
    const found = pattern.exec(line)?.[0];
    if (found === undefined) continue;
    child.stdout.resume();
    return {
      found,
      async stop() {
        child.kill("SIGTERM");
        await ended;
      },
    };
  }
  throw new Error(`${words.join(" ")} ended early: ${stderr}`);
}

const command = fileURLToPath(new URL("../../server/sweepql.js", import.meta.url));

/** The real `sweepql serve`, in a process of its own; `profileFolder` takes its CPU profile. */
export const startService = (sources: readonly string[], profileFolder: string | null): Promise<Child> =>
  startChild(
    [
      ...(profileFolder === null ? [] : ["--cpu-prof", "--cpu-prof-dir", profileFolder]),
      command,
      "serve",
      "--port",
      "0",
      ...sources.flatMap((source) => ["--data", source]),
    ],
    /http:\S+/,
  );

/** A script of the benchmark's own, in a process of its own. */
export const startScript = (script: URL, words: readonly string[], pattern: RegExp): Promise<Child> =>
  startChild(["--import", "tsx", fileURLToPath(script), ...words], pattern);
