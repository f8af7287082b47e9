import { defaultCacheFolder } from "./cache/default-folder.js";
import type { CacheSettings } from "./cache/snapshot-cache.js";
import { type ServiceFlags, type ServiceSettings, serviceSettings } from "./service-settings.js";
import { type Environment, type FlagValues, type Place, SettingsReader } from "./settings-reader.js";

/** What a command line says, as text; a flag wins over its environment variable. */
export interface Flags extends ServiceFlags {
  readonly data?: readonly string[];
  /** False where it is not wanted. */
  readonly cache?: string | false;
  readonly cacheLimit?: string;
  readonly host?: string;
  readonly port?: string;
  readonly logLevel?: string;
  readonly logFormat?: string;
  readonly watch?: boolean;
  readonly out?: string;
  readonly seed?: string;
  readonly runs?: string;
}

export const LOG_LEVELS = ["trace", "debug", "info", "warn", "error", "fatal", "silent"] as const;
type LogLevel = (typeof LOG_LEVELS)[number];

/** `auto`: text on a terminal, JSON elsewhere. */
export const LOG_FORMATS = ["auto", "json", "text"] as const;
type LogFormat = (typeof LOG_FORMATS)[number];

export interface DataSettings {
  /** Files, folders and globs; null where none are named, which means the default folder. */
  readonly data: readonly string[] | null;
  /** Null where nothing is kept from start to start. */
  readonly cache: CacheSettings | null;
}

export interface ServerSettings extends DataSettings {
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
  readonly logLevel: LogLevel;
  readonly logFormat: LogFormat;
  /** Whether the files are followed: what is new of them is served when it is loaded. */
  readonly watch: boolean;
  readonly service: ServiceSettings;
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
  const reader = readerOf(flags, environment);
  return reader.settle({ data: reader.data(), cache: cacheSettings(reader, environment) });
}

/** What is kept of the files that a command is given itself. @throws ConfigurationFault with every fault. */
export function cacheSettingsOf(flags: Flags, environment: Environment = process.env): CacheSettings | null {
  const reader = readerOf(flags, environment);
  return reader.settle(cacheSettings(reader, environment));
}

function cacheSettings(reader: SettingsReader, environment: Environment): CacheSettings | null {
  const limit = reader.bytes(places.cacheLimit, "10GB");
  const folder = reader.unless(places.cache) ?? defaultCacheFolder(environment);
  return typeof folder === "string" ? { folder, limit } : null;
}

/** How to serve. @throws ConfigurationFault with every fault. */
export function serverSettings(flags: Flags, environment: Environment = process.env): ServerSettings {
  const reader = readerOf(flags, environment);
  const data = reader.data();
  const host = reader.text(places.host, "127.0.0.1");
  return reader.settle({
    data,
    cache: cacheSettings(reader, environment),
    host,
    port: reader.wholeNumber(places.port, 4000, 0, 65_535),
    logLevel: reader.oneOf(places.logLevel, "info", LOG_LEVELS),
    logFormat: reader.oneOf(places.logFormat, "auto", LOG_FORMATS),
    watch: reader.flag(places.watch, false),
    service: serviceSettings(reader, host),
  });
}

/** Which sample to make. @throws ConfigurationFault with every fault. */
export function sampleSettings(flags: Flags, environment: Environment = process.env): SampleSettings {
  const reader = readerOf(flags, environment);
  return reader.settle({
    out: reader.text(places.out, `${DEFAULT_FOLDER}/sample`),
    seed: reader.wholeNumber(places.seed, 1, 0, 2 ** 32 - 1),
    runs: reader.wholeNumber(places.runs, 1024, 8, 10_000_000),
  });
}

/** Whether stack traces are shown: SWEEPQL_DEBUG is set, and neither empty, 0 nor false. */
export function isDebugging(environment: Environment = process.env): boolean {
  return !["", "0", "false"].includes((environment["SWEEPQL_DEBUG"] ?? "").toLowerCase());
}

const readerOf = (flags: Flags, environment: Environment): SettingsReader =>
  new SettingsReader(flags as FlagValues, environment);

/** `out`, `seed` and `runs` are of one command line alone. */
const places = {
  cache: { key: "cache", flag: "--cache", variable: "SWEEPQL_CACHE" },
  cacheLimit: { key: "cacheLimit", flag: "--cache-limit", variable: "SWEEPQL_CACHE_LIMIT" },
  host: { key: "host", flag: "--host", variable: "SWEEPQL_HOST" },
  port: { key: "port", flag: "--port", variable: "SWEEPQL_PORT" },
  logLevel: { key: "logLevel", flag: "--log-level", variable: "SWEEPQL_LOG_LEVEL" },
  logFormat: { key: "logFormat", flag: "--log-format", variable: "SWEEPQL_LOG_FORMAT" },
  watch: { key: "watch", flag: "--watch", variable: "SWEEPQL_WATCH" },
  out: { key: "out", flag: "--out", variable: null },
  seed: { key: "seed", flag: "--seed", variable: null },
  runs: { key: "runs", flag: "--runs", variable: null },
} satisfies Record<string, Place>;
