import { levels } from "pino";
import { type Paint, painter } from "./terminal.js";
import { visible } from "./visible.js";

/** What is only of use to programs. */
const LEFT_OUT = new Set(["level", "time", "msg", "hash"]);
/** What we write ourselves, and may be long: it has lines of its own. */
const LONG = new Set(["err", "first", "notes", "parts", "reason"]);

/**
 * Takes the log's JSON lines, and writes them for people: the time of day, what happened, and what is
 * known of it. What is zero, false or missing goes without saying.
 */
export const logText = (stderr: NodeJS.WriteStream): { write(line: string): void } => ({
  write: (line) => void stderr.write(textOf(JSON.parse(line) as Logged, painter(stderr))),
});

type Logged = Readonly<Record<string, unknown>> & {
  readonly level: number;
  readonly time: number;
  readonly msg?: string;
};

function textOf(logged: Logged, paint: Paint): string {
  const { level, time, msg = "" } = logged;
  const name = levels.labels[level] ?? String(level);
  const urgency =
    level >= levels.values["error"]!
      ? `${paint("red", name)} `
      : level >= levels.values["warn"]!
        ? `${paint("yellow", name)} `
        : "";
  const known = Object.entries(logged).filter(([key, value]) => !LEFT_OUT.has(key) && isTold(value));
  const short = known
    .filter(([key]) => !LONG.has(key))
    .map(([key, value]) => visible(`${key}=${wordOf(value)}`));
  const long = known.filter(([key]) => LONG.has(key)).flatMap(([, value]) => linesOf(value).map(visible));
  const first = [
    `${timeOfDay(time)} ${urgency}${visible(msg)}`,
    ...short.map((word) => paint("dim", word)),
  ].join(" ");
  return [first, ...long.map((one) => `         ${one}`)].join("\n").concat("\n");
}

const isTold = (value: unknown): boolean =>
  value !== null && value !== undefined && value !== 0 && value !== false && value !== "";

function wordOf(value: unknown): string {
  if (Array.isArray(value)) return value.map(wordOf).join();
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return typeof value === "string" && /[\s"=,]/.test(value) ? JSON.stringify(value) : text;
}

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
