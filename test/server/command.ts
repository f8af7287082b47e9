import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { onTestFinished } from "vitest";

const bin = fileURLToPath(new URL("../../server/sweepql.js", import.meta.url));

export interface Settings {
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
}

export interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  /** But for progress, which is told where loading takes long. */
  readonly stderr: string;
}

function start(words: readonly string[], { cwd, env = {} }: Settings): ChildProcessWithoutNullStreams {
  const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith("SWEEPQL_"));
  // What a test loads is no other start's.
  return spawn(process.execPath, [bin, ...words], {
    cwd,
    env: { ...Object.fromEntries(inherited), SWEEPQL_CACHE: "0", ...env },
  });
}

/** Runs the command to its end, as a process of its own. */
export async function run(words: readonly string[], settings: Settings): Promise<Outcome> {
  const child = start(words, settings);
  let stdout = "";
  let stderr = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
  child.stdin.end();
  const [code] = (await once(child, "close")) as [number | null];
  return { code, stdout, stderr: stderr.replace(PROGRESS, "") };
}

const PROGRESS = /^(Reading .* \(\d+ of \d+\)|Building the tables|Exporting [\d,]+ of .*)\n/gm;

export interface Service {
  readonly url: string;
  /** All that it has printed so far. */
  printed(): string;
  /** Sends the signal, and returns the exit code. */
  stop(signal: NodeJS.Signals): Promise<number | null>;
}

/** Starts `sweepql serve` on any free port, and waits until it listens. */
export async function serve(words: readonly string[], settings: Settings): Promise<Service> {
  const child = start(["serve", "--port", "0", ...words], settings);
  // A failed test must not leave it running.
  onTestFinished(() => void child.kill("SIGTERM"));
  const ended = once(child, "close") as Promise<[number | null]>;
  let printed = "";
  const url = await new Promise<string>((resolve, reject) => {
    const note = (text: string): void => {
      printed += text;
      const found = /http:\S+/.exec(printed)?.[0];
      if (found !== undefined) resolve(found);
    };
    child.stdout.setEncoding("utf8").on("data", note);
    child.stderr.setEncoding("utf8").on("data", note);
    void ended.then(() => reject(new Error(`The server ended without listening: ${printed}`)));
  });
  return {
    url,
    printed: () => printed,
    async stop(signal) {
      child.kill(signal);
      return (await ended)[0];
    },
  };
}
