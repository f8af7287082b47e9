import type { Place } from "./settings-reader.js";

interface NumberSetting {
  readonly fallback: number;
  readonly least: number;
  readonly most: number;
  readonly means: string;
}

/** Limits of a request: each a flag and a variable of its name, `--max-cost` and SWEEPQL_MAX_COST. */
export const numbers = {
  maxCost: { fallback: 1_000_000, least: 1, most: 1e12, means: "Cost of one operation" },
  maxDepth: { fallback: 20, least: 1, most: 1000, means: "Fields within each other" },
  maxAliases: { fallback: 100, least: 0, most: 100_000, means: "Aliases of one document" },
  maxDirectives: { fallback: 100, least: 0, most: 100_000, means: "Directives of one document" },
  maxRootFields: { fallback: 50, least: 1, most: 100_000, means: "Fields at the root of one operation" },
  maxFields: { fallback: 5000, least: 1, most: 1e6, means: "Fields of one operation, fragments spread out" },
  maxTokens: { fallback: 5000, least: 10, most: 1e6, means: "Tokens of one document" },
  maxBody: { fallback: 1_000_000, least: 1000, most: 1e9, means: "Bytes of one request" },
  timeout: { fallback: 30, least: 1, most: 86_400, means: "Seconds that one request may take" },
  maxRequests: { fallback: 16, least: 1, most: 10_000, means: "Requests that are worked on at once" },
  maxSubscriptions: {
    fallback: 100,
    least: 0,
    most: 100_000,
    means: "Subscriptions that are open at once; more are answered 503",
  },
  maxQueue: { fallback: 32, least: 0, most: 100_000, means: "Requests that wait; more are answered 503" },
  maxExport: { fallback: 100_000_000, least: 1, most: 1e12, means: "Values (rows × columns) of one export" },
  maxExports: { fallback: 4, least: 1, most: 1000, means: "Exports at once" },
  exportTimeout: { fallback: 600, least: 1, most: 86_400, means: "Seconds that one export may take" },
} as const satisfies Record<string, NumberSetting>;

export type NumberName = keyof typeof numbers;

const dashed = (name: string): string => name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

const place = (key: string, flag = `--${dashed(key)}`): Place => ({
  key,
  flag,
  variable: `SWEEPQL_${dashed(key).replaceAll("-", "_").toUpperCase()}`,
});

/** Where each setting of the service is said. */
export const places = {
  ...(Object.fromEntries(Object.keys(numbers).map((name) => [name, place(name)])) as Record<
    NumberName,
    Place
  >),
  statements: place("statements"),
  memoryLimit: place("memoryLimit"),
  spillLimit: place("spillLimit"),
  answerCache: place("answerCache"),
  /** Of the environment alone. */
  tokens: place("tokens", "SWEEPQL_TOKENS"),
  tokenFile: place("tokenFile"),
  allowAnyone: place("allowAnyone"),
  allowOrigin: place("allowOrigin"),
  allowHost: place("allowHost"),
  requirePreflight: place("requirePreflight"),
  introspection: place("introspection", "--no-introspection"),
  playground: place("playground", "--no-playground"),
  export: place("export", "--no-export"),
  persisted: place("persisted"),
  trace: place("trace"),
};

interface FlagHelp {
  readonly flags: string;
  readonly description: string;
}

const variable = ({ variable: name }: Place): string => name ?? "";

/** The flags as the command line shows them, by heading. */
export const flagHelp: Readonly<Record<string, readonly FlagHelp[]>> = {
  "Limits:": [
    ...Object.entries(numbers).map(([name, { fallback, means }]) => ({
      flags: `${places[name as NumberName].flag} <number>`,
      description: `${means}. [${variable(places[name as NumberName])}, default: ${fallback}]`,
    })),
    {
      flags: "--statements <number>",
      description: `Statements that run at once. [${variable(places.statements)}, default: as many as cores, 2 to 8]`,
    },
    {
      flags: "--memory-limit <size>",
      description: `Memory of the engine, older versions of the data apart: an eighth each. [${variable(places.memoryLimit)}, default: a quarter of the machine's]`,
    },
    {
      flags: "--spill-limit <size>",
      description: `What it may write to the temporary folder beyond that. [${variable(places.spillLimit)}, default: 10GB]`,
    },
    {
      flags: "--answer-cache <bytes>",
      description: `Answers that are kept, for whoever asks the same of the same data; 0: none. [${variable(places.answerCache)}, default: 64000000]`,
    },
  ],
  "Security:": [
    {
      flags: "--token-file <file>",
      description: `A bearer token a line; requests without one are refused. [${variable(places.tokenFile)}; SWEEPQL_TOKENS holds them, parted by commas]`,
    },
    {
      flags: "--allow-anyone",
      description: `Serve other machines without a token. [${variable(places.allowAnyone)}]`,
    },
    {
      flags: "--allow-origin <origins...>",
      description: `Sites whose pages may ask. [${variable(places.allowOrigin)}, default: those of this machine, while serving it alone]`,
    },
    {
      flags: "--allow-host <names...>",
      description: `Names beside localhost by which it is reached, behind a proxy. [${variable(places.allowHost)}]`,
    },
    {
      flags: "--require-preflight",
      description: `Refuse what a browser sends without asking first: a GET needs the header x-sweepql-preflight. [${variable(places.requirePreflight)}]`,
    },
    {
      flags: "--no-introspection",
      description: `Answer no questions about the schema, and list no names; without the playground, too. [${variable(places.introspection)}=0]`,
    },
    { flags: "--no-playground", description: `Serve no pages. [${variable(places.playground)}=0]` },
    { flags: "--no-export", description: `Give no exports. [${variable(places.export)}=0]` },
    {
      flags: "--persisted <file>",
      description: `Answer only the operations of this file, JSON by their SHA-256. [${variable(places.persisted)}]`,
    },
  ],
  "Observation:": [
    {
      flags: "--trace",
      description: `Send OpenTelemetry traces where OTEL_EXPORTER_OTLP_ENDPOINT says. [${variable(places.trace)}]`,
    },
  ],
};
