import { delimiter } from "node:path";
import { ConfigurationFault } from "./errors.js";

/** What a command line says, as text; a flag wins over its environment variable. */
export interface Flags {
  readonly data?: readonly string[];
  readonly host?: string;
  readonly port?: string;
  readonly logLevel?: string;
  readonly out?: string;
  readonly seed?: string;
  readonly runs?: string;
}

export type Environment = Readonly<Record<string, string | undefined>>;

export const LOG_LEVELS = ["trace", "debug", "info", "warn", "error", "fatal", "silent"] as const;
type LogLevel = (typeof LOG_LEVELS)[number];

export interface DataSettings {
  /** Files, folders and globs; null where none are named, which means the default folder. */
  readonly data: readonly string[] | null;
}

export interface ServerSettings extends DataSettings {
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
  readonly logLevel: LogLevel;
}

export interface SampleSettings {
  readonly out: string;
  readonly seed: number;
  readonly runs: number;
}

/** Where data are looked for, relative to the working folder, where nothing names any. */
export const DEFAULT_FOLDER = "data";

/** Where to find the data. @throws ConfigurationFault with every fault. */
export function dataSettings(flags: Flags, environment: Environment = process.env): DataSettings {
  const reader = new Reader(flags, environment);
  return reader.settle({ data: reader.data() });
}

/** How to serve. @throws ConfigurationFault with every fault. */
export function serverSettings(flags: Flags, environment: Environment = process.env): ServerSettings {
  const reader = new Reader(flags, environment);
  return reader.settle({
    data: reader.data(),
    host: reader.text("host", "127.0.0.1"),
    port: reader.wholeNumber("port", 4000, 0, 65_535),
    logLevel: reader.oneOf("logLevel", "info", LOG_LEVELS),
  });
}

/** Which sample to make. @throws ConfigurationFault with every fault. */
export function sampleSettings(flags: Flags, environment: Environment = process.env): SampleSettings {
  const reader = new Reader(flags, environment);
  return reader.settle({
    out: reader.text("out", `${DEFAULT_FOLDER}/sample`),
    seed: reader.wholeNumber("seed", 1, 0, 2 ** 32 - 1),
    runs: reader.wholeNumber("runs", 1024, 8, 10_000_000),
  });
}

/** Whether stack traces are shown: SWEEPQL_DEBUG is set, and neither empty, 0 nor false. */
export function isDebugging(environment: Environment = process.env): boolean {
  return !["", "0", "false"].includes((environment["SWEEPQL_DEBUG"] ?? "").toLowerCase());
}

/** Settings that the environment may hold; `out`, `seed` and `runs` are of one command line alone. */
const variables = {
  host: "SWEEPQL_HOST",
  port: "SWEEPQL_PORT",
  logLevel: "SWEEPQL_LOG_LEVEL",
  out: null,
  seed: null,
  runs: null,
} as const;

const flagNames = {
  host: "--host",
  port: "--port",
  logLevel: "--log-level",
  out: "--out",
  seed: "--seed",
  runs: "--runs",
};

interface Found {
  /** The flag or the variable that says it. */
  readonly source: string;
  readonly text: string;
}

class Reader {
  readonly #faults: string[] = [];

  constructor(
    private readonly flags: Flags,
    private readonly environment: Environment,
  ) {}

  /** SWEEPQL_DATA holds several, as PATH does: separated by a colon, or a semicolon on Windows. */
  data(): readonly string[] | null {
    const named = this.flags.data;
    const inherited = this.environment["SWEEPQL_DATA"];
    const [source, sources] =
      named !== undefined
        ? ["--data", named]
        : ["SWEEPQL_DATA", inherited === undefined ? undefined : inherited.split(delimiter)];
    if (sources === undefined) return null;
    if (sources.length === 0 || sources.some((one) => one.trim() === "")) {
      this.#faults.push(
        `${source}: ${JSON.stringify(sources.join(delimiter))} names no file; files, folders and globs are allowed.`,
      );
    }
    return sources;
  }

  text(key: keyof typeof variables, fallback: string): string {
    const found = this.#find(key);
    if (!found) return fallback;
    if (found.text.trim() === "") this.#faults.push(`${found.source}: it must not be empty.`);
    return found.text;
  }

  wholeNumber(key: keyof typeof variables, fallback: number, least: number, most: number): number {
    const found = this.#find(key);
    if (!found) return fallback;
    const value = /^\d+$/.test(found.text) ? Number(found.text) : Number.NaN;
    if (value >= least && value <= most) return value;
    this.#faults.push(
      `${found.source}: ${JSON.stringify(found.text)} is not allowed; a whole number from ${least} to ${most} is wanted.`,
    );
    return fallback;
  }

  oneOf<T extends string>(key: keyof typeof variables, fallback: T, allowed: readonly T[]): T {
    const found = this.#find(key);
    if (!found) return fallback;
    const value = allowed.find((one) => one === found.text);
    if (value !== undefined) return value;
    this.#faults.push(
      `${found.source}: ${JSON.stringify(found.text)} is not allowed; allowed are ${allowed.join(", ")}.`,
    );
    return fallback;
  }

  /** The settings, once all are read. @throws ConfigurationFault where any was faulty. */
  settle<T>(settings: T): T {
    if (this.#faults.length > 0) throw new ConfigurationFault(this.#faults);
    return settings;
  }

  #find(key: keyof typeof variables): Found | null {
    const flag = this.flags[key];
    if (flag !== undefined) return { source: flagNames[key], text: flag };
    const variable = variables[key];
    const text = variable === null ? undefined : this.environment[variable];
    return variable === null || text === undefined ? null : { source: variable, text };
  }
}
