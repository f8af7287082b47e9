import { runCommandLine } from "./cli.js";
import { visibleLines } from "./commands/visible.js";
import { isDebugging } from "./config.js";
import { asError, UserFault, whyNotWritten, WriteFault } from "./errors.js";

const stopping = new AbortController();
const signals = { SIGINT: 130, SIGTERM: 143 };
let interrupted: number | null = null;
for (const [signal, exitCode] of Object.entries(signals)) {
  process.on(signal, () => {
    if (interrupted !== null) process.exit(exitCode);
    interrupted = exitCode;
    stopping.abort(new Error(`stopped by ${signal}`));
  });
}

// A reader that has seen enough (`| head`) is no fault.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code === "EPIPE") process.exit(0);
  const reason = whyNotWritten(error);
  process.exit(explain(reason === null ? error : new WriteFault(`standard output: ${reason}.`)));
});

try {
  process.exitCode = await runCommandLine(process.argv, {
    stdout: process.stdout,
    stderr: process.stderr,
    stop: stopping.signal,
  });
} catch (error) {
  process.exitCode = explain(error);
}

/** Says what went wrong on stderr, and returns the exit code. */
function explain(error: unknown): number {
  if (error instanceof UserFault) {
    process.stderr.write(`sweepql: ${visibleLines(error.message).replaceAll("\n", "\nsweepql: ")}\n`);
    return 2;
  }
  if (interrupted !== null) return interrupted;
  const described = asError(error);
  process.stderr.write(
    isDebugging()
      ? `sweepql: internal error\n${visibleLines(described.stack ?? described.message)}\n`
      : `sweepql: internal error: ${visibleLines(described.message).split("\n")[0] ?? ""}. Set SWEEPQL_DEBUG=1 to see where.\n`,
  );
  return 1;
}
