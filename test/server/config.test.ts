import { delimiter } from "node:path";
import { describe, expect, test } from "vitest";
import { defaultCacheFolder } from "../../server/cache/default-folder.js";
import {
  dataSettings,
  type Flags,
  isDebugging,
  sampleSettings,
  serverSettings,
} from "../../server/config.js";
import { ConfigurationFault } from "../../server/errors.js";
import type { Environment } from "../../server/settings-reader.js";

const faultsOf = (work: () => unknown): readonly string[] => {
  try {
    work();
  } catch (error) {
    if (error instanceof ConfigurationFault) return error.faults;
    throw error;
  }
  throw new Error("no fault");
};

describe("server settings", () => {
  test("have defaults", () => {
    expect(serverSettings({}, {})).toMatchObject({
      data: null,
      host: "127.0.0.1",
      port: 4000,
      logLevel: "info",
    });
  });

  test("are read from the environment, several sources separated as in PATH", () => {
    const environment = {
      SWEEPQL_DATA: ["a.jsonl", "more/*.jsonl"].join(delimiter),
      SWEEPQL_HOST: "::1",
      SWEEPQL_PORT: "0",
      SWEEPQL_LOG_LEVEL: "silent",
    };
    expect(serverSettings({}, environment)).toMatchObject({
      data: ["a.jsonl", "more/*.jsonl"],
      host: "::1",
      port: 0,
      logLevel: "silent",
    });
  });

  test("take a flag over the environment, whose value is then not looked at", () => {
    const environment = { SWEEPQL_DATA: "a", SWEEPQL_PORT: "nonsense" };
    expect(serverSettings({ data: ["b"], port: "65535" }, environment)).toMatchObject({
      data: ["b"],
      port: 65535,
    });
  });

  test("report all faults at once, each with its source, its value and what is allowed", () => {
    const environment = { SWEEPQL_PORT: "65536", SWEEPQL_LOG_LEVEL: "loud", SWEEPQL_DATA: "" };
    expect(faultsOf(() => serverSettings({ host: " " }, environment))).toEqual([
      'SWEEPQL_DATA: "" names no file; files, folders and globs are allowed.',
      "--host: it must not be empty.",
      'SWEEPQL_PORT: "65536" is not allowed; a whole number from 0 to 65535 is wanted.',
      'SWEEPQL_LOG_LEVEL: "loud" is not allowed; allowed are trace, debug, info, warn, error, fatal, silent.',
    ]);
  });

  test.each(["-1", "4e3", "80.5", " 80", "0x50", ""])("refuse the port %j", (port) => {
    expect(faultsOf(() => serverSettings({ port }, {}))).toHaveLength(1);
  });
});

test("a command that only reads data does not look at the server's settings", () => {
  expect(dataSettings({}, { SWEEPQL_PORT: "nonsense", SWEEPQL_DATA: "a", SWEEPQL_CACHE: "0" })).toEqual({
    data: ["a"],
    cache: null,
  });
});

describe("the cache", () => {
  const cacheOf = (flags: Flags, environment: Environment) => dataSettings(flags, environment).cache;

  test("is where flag or variable say, as large as they say, or not at all", () => {
    expect(cacheOf({ cache: "a" }, { SWEEPQL_CACHE: "b" })).toEqual({ folder: "a", limit: 1e10 });
    expect(cacheOf({}, { SWEEPQL_CACHE: "b", SWEEPQL_CACHE_LIMIT: "1.5 GiB" })).toEqual({
      folder: "b",
      limit: 1.5 * 2 ** 30,
    });
    expect(cacheOf({ cache: "0", cacheLimit: "3MB" }, {})).toEqual({ folder: "0", limit: 3e6 });
    expect(cacheOf({}, { SWEEPQL_CACHE: "0" })).toBeNull();
    expect(cacheOf({ cache: false }, { SWEEPQL_CACHE: "b" })).toBeNull();
  });

  test("has a limit with a unit, and a name", () => {
    expect(faultsOf(() => cacheOf({ cacheLimit: "10" }, { SWEEPQL_CACHE: "" }))).toEqual([
      '--cache-limit: "10" is not allowed; a size such as 10GB is wanted.',
      "SWEEPQL_CACHE: it must not be empty.",
    ]);
  });

  test("is by default where the system keeps what can be made again", () => {
    expect(defaultCacheFolder({}, "linux", "/home/me")).toBe("/home/me/.cache/sweepql");
    expect(defaultCacheFolder({ XDG_CACHE_HOME: "/c" }, "linux", "/home/me")).toBe("/c/sweepql");
    expect(defaultCacheFolder({ XDG_CACHE_HOME: "c" }, "linux", "/home/me")).toBe("/home/me/.cache/sweepql");
    expect(defaultCacheFolder({}, "darwin", "/Users/me")).toBe("/Users/me/Library/Caches/sweepql");
    expect(defaultCacheFolder({ LOCALAPPDATA: "/l" }, "win32", "")).toBe("/l/sweepql/Cache");
    expect(defaultCacheFolder({}, "linux", "/")).toBeNull();
    expect(defaultCacheFolder({}, "win32", "/home/me")).toBeNull();
  });
});

describe("sample settings", () => {
  test("have the defaults of the documented experiment, and nothing from the environment", () => {
    expect(sampleSettings({}, { SWEEPQL_SEED: "5" })).toEqual({ out: "data/sample", seed: 1, runs: 1024 });
  });

  test("report all faults at once", () => {
    expect(faultsOf(() => sampleSettings({ out: "", seed: "4294967296", runs: "7" }, {}))).toEqual([
      "--out: it must not be empty.",
      '--seed: "4294967296" is not allowed; a whole number from 0 to 4294967295 is wanted.',
      '--runs: "7" is not allowed; a whole number from 8 to 10000000 is wanted.',
    ]);
  });
});

test.each([
  [undefined, false],
  ["", false],
  ["0", false],
  ["false", false],
  ["1", true],
])("SWEEPQL_DEBUG=%s", (value, expected) => {
  expect(isDebugging({ SWEEPQL_DEBUG: value })).toBe(expected);
});
