import { levels } from "pino";
import type { Terminal } from "./terminal.js";
import { painter } from "./terminal.js";

type Stderr = Terminal["stderr"];

/** What is only of use to programs. */
const LEFT_OUT = new Set(["level", "time", "msg", "hash"]);

/**
 * Takes the log's JSON lines, and writes them for people: the time of day, what happened, and what is
 * known of it. What is zero, false or missing goes without saying.
 */
export const logText = (stderr: Stderr): { write(line: string): void } => ({
  write: (line) => void stderr.write(textOf(JSON.parse(line) as Logged, painter(stderr))),
});

type Logged = Readonly<Record<string, unknown>> & {
  readonly level: number;
  readonly time: number;
  readonly msg?: string;
};

function textOf(logged: Logged, paint: ReturnType<typeof painter>): string {
  const { level, time, msg = "" } = logged;
  const name = levels.labels[level] ?? String(level);
  const urgency =
    level >= levels.values["error"]!
      ? `${paint("red", name)} `
      : level >= levels.values["warn"]!
        ? `${paint("yellow", name)} `
        : "";
  const known = Object.entries(logged).filter(([key, value]) => !LEFT_OUT.has(key) && isTold(value));
  const short = known.filter(([, value]) => !isLong(value)).map(([key, value]) => `${key}=${wordOf(value)}`);
  const long = known.filter(([, value]) => isLong(value)).flatMap(([, value]) => linesOf(value));
  const first = [`${timeOfDay(time)} ${urgency}${msg}`, ...short.map((word) => paint("dim", word))].join(" ");
  return [first, ...long.map((one) => `         ${one}`)].join("\n").concat("\n");
}

const isTold = (value: unknown): boolean =>
  value !== null && value !== undefined && value !== 0 && value !== false && value !== "";

/** Whether a value has lines of its own: notes, errors, reasons. */
const isLong = (value: unknown): boolean =>
  typeof value === "object"
    ? !(Array.isArray(value) && value.every((one) => typeof one === "string" && /^\w+$/.test(one)))
    : typeof value === "string" && value.length > 60;

const wordOf = (value: unknown): string =>
  Array.isArray(value)
    ? value.join()
    : typeof value === "string" && /[\s"=]/.test(value)
      ? JSON.stringify(value)
      : String(value);

function linesOf(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(linesOf);
  if (typeof value === "string") return value.split("\n");
  const { stack, message } = value as { stack?: unknown; message?: unknown };
  if (typeof stack === "string") return stack.split("\n");
  return [typeof message === "string" ? message : JSON.stringify(value)];
}

const two = (number: number): string => String(number).padStart(2, "0");

function timeOfDay(time: number): string {
  const date = new Date(time);
  return [date.getHours(), date.getMinutes(), date.getSeconds()].map(two).join(":");
}
