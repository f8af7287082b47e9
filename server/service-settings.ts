import { readFileSync } from "node:fs";
import { availableParallelism, totalmem } from "node:os";
import { isLoopback } from "./http/security/hosts.js";
import { Tokens } from "./http/security/tokens.js";
import { type PersistedOperations, readPersisted } from "./http/security/persisted.js";
import { numbers, type NumberName, places } from "./service-flags.js";
import { type SettingsReader, SIZE } from "./settings-reader.js";
import { UserFault } from "./errors.js";

/** What a request may ask for; more is refused by name. */
export type RequestLimits = Readonly<Record<NumberName, number>>;

/** What statements may take. */
export interface EngineSettings {
  /** Statements at once, of all versions of the data. */
  readonly connections: number;
  /** Of the current version; those before it have a small share each. */
  readonly memoryLimit: string;
  readonly spillLimit: string;
}

/** Who may ask, and what for. */
export interface SecuritySettings {
  /** Null: anyone who reaches the address. */
  readonly tokens: Tokens | null;
  /** Host names that a server on the loopback address answers to, beside this machine's own; null: any. */
  readonly hosts: readonly string[] | null;
  /** Origins of other sites whose pages may ask. */
  readonly origins: readonly string[];
  /** Whether pages of this machine may ask, too. */
  readonly loopbackOrigins: boolean;
  readonly requirePreflight: boolean;
  readonly introspection: boolean;
  readonly playground: boolean;
  /** Whether /export gives files. */
  readonly exports: boolean;
  /** The only operations that are answered; null: any. */
  readonly persisted: PersistedOperations | null;
}

/** All that keeps a service up. */
export interface ServiceSettings {
  readonly limits: RequestLimits;
  readonly engine: EngineSettings;
  readonly security: SecuritySettings;
  readonly tracing: boolean;
  /** Bytes of answers that are kept, to be sent again to whoever asks the same of the same data; 0: none. */
  readonly answerCache: number;
}

/** Flags of the service, as commander reads them. */
export type ServiceFlags = Readonly<Partial<Record<keyof typeof places, string | boolean | string[]>>>;

/** A quarter of what this process may have, in whole megabytes: several snapshots may be open at once. */
const defaultMemory = (): string => {
  const constrained = process.constrainedMemory();
  const bytes = constrained > 0 && constrained < totalmem() ? constrained : totalmem();
  return `${Math.max(256, Math.floor(bytes / 4e6))}MB`;
};

const defaultLimits = (): RequestLimits =>
  Object.fromEntries(
    Object.entries(numbers).map(([name, { fallback }]) => [name, fallback]),
  ) as RequestLimits;

const ANSWER_CACHE = 64_000_000;

/** The settings where nobody says anything, for a server on the loopback address. */
export const defaultService = (): ServiceSettings => ({
  limits: defaultLimits(),
  engine: {
    connections: Math.max(2, Math.min(8, availableParallelism())),
    memoryLimit: defaultMemory(),
    spillLimit: "10GB",
  },
  security: {
    tokens: null,
    hosts: [],
    origins: [],
    loopbackOrigins: true,
    requirePreflight: false,
    introspection: true,
    playground: true,
    exports: true,
    persisted: null,
  },
  tracing: false,
  answerCache: ANSWER_CACHE,
});

/** Reads all of it; whoever serves others than this machine has to say whom. */
export function serviceSettings(reader: SettingsReader, host: string): ServiceSettings {
  const { engine } = defaultService();
  const limits = Object.fromEntries(
    Object.entries(numbers).map(([name, { fallback, least, most }]) => [
      name,
      reader.wholeNumber(places[name as NumberName], fallback, least, most),
    ]),
  ) as RequestLimits;
  const isPrivate = isLoopback(host);
  const tokens = readTokens(reader);
  const anyone = reader.flag(places.allowAnyone, false);
  if (!isPrivate && !tokens && !anyone && host.trim() !== "") {
    reader.fault(
      `--host: ${JSON.stringify(host)} can be reached by other machines, and no token is set: whoever reaches the port could read all data. Set SWEEPQL_TOKENS or --token-file; or --allow-anyone, where everybody may.`,
    );
  }
  const origins = reader.words(places.allowOrigin);
  for (const origin of origins) {
    if (!URL.canParse(origin) || new URL(origin).origin !== origin)
      reader.fault(`--allow-origin: ${JSON.stringify(origin)} is no origin such as https://example.org.`);
  }
  return {
    limits,
    engine: {
      connections: reader.wholeNumber(places.statements, engine.connections, 1, 64),
      memoryLimit: reader.matching(places.memoryLimit, engine.memoryLimit, SIZE, "a size such as 2GB"),
      spillLimit: reader.matching(places.spillLimit, engine.spillLimit, SIZE, "a size such as 10GB"),
    },
    security: {
      tokens,
      hosts: isPrivate && !tokens ? reader.words(places.allowHost) : null,
      origins,
      loopbackOrigins: isPrivate,
      requirePreflight: reader.flag(places.requirePreflight, false),
      introspection: reader.flag(places.introspection, true),
      playground: reader.flag(places.playground, true),
      exports: reader.flag(places.export, true),
      persisted: readFrom(
        reader,
        places.persisted.flag,
        reader.optionalText(places.persisted),
        readPersisted,
      ),
    },
    tracing: reader.flag(places.trace, false),
    answerCache: reader.wholeNumber(places.answerCache, ANSWER_CACHE, 0, 1e12),
  };
}

/** From the file and the variable; never from a flag, which every user of the machine can read. */
function readTokens(reader: SettingsReader): Tokens | null {
  const file = reader.optionalText(places.tokenFile);
  const inFile =
    readFrom(reader, places.tokenFile.flag, file, (path) =>
      readFileSync(path, "utf8")
        .split("\n")
        .map((line) => line.trim())
        .filter((line) => line !== "" && !line.startsWith("#")),
    ) ?? [];
  if (file !== null && inFile.length === 0)
    reader.fault(`${places.tokenFile.flag}: the file holds no token.`);
  const tokens = [...inFile, ...reader.words(places.tokens)];
  const short = tokens.filter((token) => !/^[\x21-\x7e]{16,}$/.test(token)).length;
  if (short > 0)
    reader.fault(
      `${short} of ${tokens.length} tokens (SWEEPQL_TOKENS, --token-file) is too weak; 16 or more visible ASCII characters are wanted.`,
    );
  return tokens.length > 0 ? new Tokens(tokens) : null;
}

/** Reads a file of settings; one that cannot be read is a fault, without more of its path than was given. */
function readFrom<T>(
  reader: SettingsReader,
  flag: string,
  path: string | null,
  read: (path: string) => T,
): T | null {
  if (path === null) return null;
  try {
    return read(path);
  } catch (error) {
    const why = error instanceof UserFault ? error.message : "it cannot be read";
    reader.fault(`${flag}: ${JSON.stringify(path)}: ${why}.`);
    return null;
  }
}
