import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const bin = fileURLToPath(new URL("../../server/sweepql.js", import.meta.url));

/** A server process that is stopped, killed and started again on its port. */
export class Server {
  #child: ChildProcess | null = null;
  /** Whether it is meant to answer. */
  isUp = false;
  /** Counts starts: an answer that fails while this changes was interrupted, not lost. */
  starts = 0;
  url = "";

  constructor(
    private readonly folder: string,
    private readonly temporary: string,
  ) {}

  async start(flags: readonly string[]): Promise<void> {
    const child = spawn(
      process.execPath,
      [bin, "serve", "--watch", "--data", this.folder, "--port", "0", "--log-level", "error", ...flags],
      {
        stdio: ["ignore", "pipe", "inherit"],
        env: { ...process.env, TMPDIR: this.temporary, SWEEPQL_CACHE: "0" },
      },
    );
    this.#child = child;
    let printed = "";
    this.url = await new Promise<string>((resolve, reject) => {
      child.stdout.setEncoding("utf8").on("data", (text: string) => {
        printed += text;
        const found = /http:\S+/.exec(printed)?.[0];
        if (found !== undefined) resolve(found);
      });
      child.once("close", () => reject(new Error(`the server ended: ${printed}`)));
    });
    this.starts += 1;
    this.isUp = true;
  }

  /** @returns the exit code; null where it was killed. */
  async stop(signal: NodeJS.Signals): Promise<number | null> {
    this.isUp = false;
    const child = this.#child;
    if (!child) return null;
    const ended = once(child, "close") as Promise<[number | null]>;
    child.kill(signal);
    return (await ended)[0];
  }

  /** Resident memory in MB. */
  memory(): number {
    const status = readFileSync(`/proc/${this.#child?.pid}/status`, "utf8");
    return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024;
  }
}
