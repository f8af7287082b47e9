import { Command, CommanderError, Option } from "commander";
import {
  cacheSettingsOf,
  dataSettings,
  type Flags,
  LOG_FORMATS,
  LOG_LEVELS,
  sampleSettings,
  serverSettings,
} from "./config.js";
import { ConfigurationFault } from "./errors.js";
import { formatNames } from "./export/formats/format.js";
import { flagHelp } from "./service-flags.js";
import type { Terminal } from "./commands/terminal.js";
import { version } from "./version.js";

type Action = () => Promise<number>;

/**
 * Runs one command line.
 * @returns the exit code: 0, 1 where an answer has errors, 2 where the command line or the data are at fault.
 * @throws UserFault, and whatever else goes wrong.
 */
export async function runCommandLine(words: readonly string[], terminal: Terminal): Promise<number> {
  let action: Action | null = null;
  const program = commandLine(terminal, (chosen) => {
    action = chosen;
  });
  try {
    program.parse(words);
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    return error.exitCode === 0 ? 0 : 2;
  }
  return action === null ? 0 : (action as Action)();
}

function commandLine(terminal: Terminal, choose: (action: Action) => void): Command {
  const program = new Command("sweepql")
    .description(
      "Serves hyperparameter-tuning results (JSONL) through GraphQL, with a playground in the browser.",
    )
    .version(version, "-V, --version", "Print the version.")
    .helpOption("-h, --help", "Show this help.")
    .helpCommand("help [command]", "Show the help of a command.")
    .configureOutput({
      writeOut: (text) => terminal.stdout.write(text),
      writeErr: (text) => terminal.stderr.write(text),
      outputError: (text, write) => write(text.replace(/^error: /, "sweepql: ")),
    })
    .configureHelp({ sortSubcommands: false })
    .showSuggestionAfterError()
    .exitOverride()
    .addHelpText(
      "after",
      examples(
        ["sweepql serve", "the folder data/, or a sample where that is empty"],
        ["sweepql serve --data results/ --port 8080", "all *.jsonl below a folder"],
        ["sweepql check results/", "what was found in the files, and what was refused"],
        ["sweepql query '{ datasets { name runCount } }'", "one question, answered at once"],
      ),
    );

  withService(withData(program.command("serve")))
    .description("Serve the API and its playground.")
    .option(
      "--host <address>",
      "Address to listen on; 0.0.0.0 for every network. [SWEEPQL_HOST, default: 127.0.0.1]",
    )
    .option("--port <number>", "Port to listen on; 0 for any free one. [SWEEPQL_PORT, default: 4000]")
    .option("--log-level <level>", `${LOG_LEVELS.join(", ")}. [SWEEPQL_LOG_LEVEL, default: info]`)
    .option(
      "--log-format <format>",
      `${LOG_FORMATS.join(", ")}; auto is text on a terminal, and JSON lines elsewhere. [SWEEPQL_LOG_FORMAT, default: auto]`,
    )
    .option("--watch", "Follow the files: serve what is new, grown, replaced or removed. [SWEEPQL_WATCH]")
    .addHelpText(
      "after",
      examples(
        ["sweepql serve", "http://127.0.0.1:4000/graphql"],
        ["sweepql serve --data a.jsonl 'more/*_tuning*.jsonl'", "a file and a glob"],
        ["sweepql serve --host 0.0.0.0 --token-file tokens.txt", "for every network, to whom has a token"],
      ),
    )
    .action((flags: Flags) =>
      choose(async () => {
        const settings = serverSettings(flags);
        return (await import("./commands/serve.js")).serve(settings, terminal);
      }),
    );

  program
    .command("sample")
    .description("Write a faithful, seeded simulation of the documented Llama experiments.")
    .option("--out <folder>", "Where to; made where it is missing. [default: data/sample]")
    .option("--seed <number>", "The same seed gives the same bytes. [default: 1]")
    .option(
      "--runs <number>",
      "Runs of the tuning file, from 8; the residual file has eight configurations, each with an eighth as many seeds. [default: 1024]",
    )
    .addHelpText(
      "after",
      examples(
        ["sweepql sample", "both files, 1,024 runs each, under data/sample/"],
        ["sweepql sample --out /tmp/small --runs 64 --seed 7", ""],
      ),
    )
    .action((flags: Flags) =>
      choose(async () => {
        const settings = sampleSettings(flags);
        return (await import("./commands/sample.js")).sample(settings, terminal);
      }),
    );

  withCache(program.command("check"))
    .description(
      "Say what files hold: layout, runs, hyperparameters, metrics, and which lines are refused and why.",
    )
    .argument("<files...>", "Files, folders and globs.")
    .option("--json", "Print JSON.")
    .addHelpText(
      "after",
      examples(
        ["sweepql check results.jsonl", ""],
        ["sweepql check results/ --json | jq '.datasets[].rejectedCount'", ""],
      ) + "\nThe exit code is 2 where a file holds nothing usable.\n",
    )
    .action((files: string[], { json = false, ...flags }: Flags & { json?: boolean }) =>
      choose(async () => {
        const cache = cacheSettingsOf(flags);
        return (await import("./commands/check.js")).check({ files, json, cache }, terminal);
      }),
    );

  withData(program.command("query"))
    .description("Answer one GraphQL query: a table on a terminal, JSON elsewhere.")
    .usage("<query> [options]")
    .argument("[query]", "The query, a file that holds it, or - for standard input.")
    .option("--variables <json>", "Its variables: JSON, or a file that holds it.")
    .option("--operation <name>", "Which operation, where the query has several.")
    .option("--json", "Print JSON, on a terminal too.")
    .option("--table", "Print a table, elsewhere too.")
    .addHelpText(
      "after",
      examples(
        ["sweepql query '{ runs(first: 3) { nodes { line hyperparameters { lr } } } }'", ""],
        ["sweepql query best.graphql --variables '{\"first\": 10}' --data results/", ""],
      ) + "\nThe exit code is 1 where the answer has errors.\n",
    )
    .action((named: string | undefined, given: QueryFlags) =>
      choose(async () => {
        const { query, flags } = findQuery(named, given);
        const settings = dataSettings(flags);
        return (await import("./commands/query.js")).query({ ...flags, ...settings, query }, terminal);
      }),
    );

  withData(program.command("export"))
    .description("Write runs, points of curves, or groups to a file: CSV, NDJSON, Parquet or Arrow.")
    .usage("<runs|points|groups|curve-groups> [options]")
    .argument("<table>", "runs, points, groups or curve-groups.")
    .option("--format <name>", `${formatNames.join(", ")}. [default: by the extension of --out, else csv]`)
    .option("--out <file>", "Where to; - for standard output, the default.")
    .option("--where <filter>", "Which runs: a RunFilter, as JSON or as GraphQL writes it.")
    .option("--order-by <orders>", "RunOrder or GroupOrder, one or a list.")
    .option("--first <number>", "Only so many runs, or groups.")
    .option("--columns <names>", "Of runs and points, parted by commas.")
    .option("--from <axis>", "Of points and curve-groups: the least axis value.")
    .option("--to <axis>", "The greatest axis value.")
    .option("--every <n>", "Only each nth point of a run.")
    .option("--group-by <keys>", "Of groups and curve-groups: GroupBy, one or a list.")
    .option("--having <conditions>", "Of groups: GroupFilter, one or a list.")
    .option("--aggregates <list>", "Of groups: GroupAggregate; of curve-groups, the same of metrics.")
    .option("--excel", "CSV as spreadsheets take it: byte-order mark, CRLF, no formulas.")
    .option("--non-finite <spelling>", 'NDJSON: LITERAL (NaN) or STRING ("NaN"). [default: LITERAL]')
    .addHelpText(
      "after",
      examples(
        ["sweepql export runs --out runs.parquet", ""],
        [
          "sweepql export points --where '{diverged: {eq: false}}' --columns dataset,line,axis,metric.valLoss",
          "",
        ],
        ["sweepql export groups --group-by '{dataset: true}' --out groups.csv --excel", ""],
      ),
    )
    .action((table: string, flags: ExportFlags) =>
      choose(async () => {
        const { data, cache, cacheLimit, format, out, ...given } = flags;
        const settings = dataSettings({
          ...(data && { data }),
          ...(cache !== undefined && { cache }),
          ...(cacheLimit !== undefined && { cacheLimit }),
        });
        const options = { table, ...(format && { format }), ...(out && { out }), given, ...settings };
        return (await import("./commands/export.js")).exportData(options, terminal);
      }),
    );

  withData(program.command("schema"))
    .description("Print the GraphQL schema (SDL) of the served data.")
    .addHelpText("after", examples(["sweepql schema --data results/ > schema.graphql", ""]))
    .action((flags: Flags) =>
      choose(async () => {
        const settings = dataSettings(flags);
        return (await import("./commands/schema.js")).schema(settings, terminal);
      }),
    );

  withData(program.command("codegen"))
    .description("Write the schema and a typed client of the served data, for @sweepql/client.")
    .requiredOption("--out <folder>", "Where to; made where it is missing.")
    .option("--documents <files...>", "Files, folders and globs of operations of your own (.graphql).")
    .addHelpText(
      "after",
      examples([
        "sweepql codegen --data results/ --out src/sweepql",
        "typed for your hyperparameters and metrics",
      ]),
    )
    .action((flags: CodegenFlags) =>
      choose(async () => {
        const settings = dataSettings(flags);
        return (await import("./commands/codegen.js")).codegen({ ...flags, ...settings }, terminal);
      }),
    );

  withData(program.command("persist"))
    .description("Write operations (.graphql) by their SHA-256, as serve --persisted reads them.")
    .usage("<files...> [options]")
    .argument("<files...>", "Files, folders and globs of operations and the fragments they use.")
    .option("--schema <file>", "Check them against this schema (SDL), and load no data.")
    .option("--out <file>", "Where to, listing the operations; else JSON goes to standard output.")
    .addHelpText(
      "after",
      examples(
        ["sweepql persist 'src/**/*.graphql' --data results/ --out persisted.json", ""],
        ["sweepql serve --data results/ --persisted persisted.json", "answers these, and no others"],
      ),
    )
    .action((documents: string[], flags: PersistFlags) =>
      choose(async () => {
        const settings = dataSettings(flags);
        return (await import("./commands/persist.js")).persist(
          { ...flags, ...settings, documents },
          terminal,
        );
      }),
    );
  return program;
}

interface PersistFlags extends Pick<Flags, "data" | "out"> {
  readonly schema?: string;
}

/** Beside those named, the arguments of the export, as text. */
interface ExportFlags extends Pick<Flags, "data" | "cache" | "cacheLimit" | "out"> {
  readonly format?: string;
  readonly [argument: string]: unknown;
}

interface CodegenFlags extends Flags {
  readonly out: string;
  readonly documents?: readonly string[];
}

interface QueryFlags extends Flags {
  readonly variables?: string;
  readonly operation?: string;
  readonly json?: boolean;
  readonly table?: boolean;
}

/** `--data` takes all words that follow it, so that a query after them is the last of its files. */
function findQuery(named: string | undefined, flags: QueryFlags): { query: string; flags: QueryFlags } {
  if (named !== undefined) return { query: named, flags };
  const query = (flags.data?.length ?? 0) > 1 ? flags.data?.at(-1) : undefined;
  if (query === undefined) {
    throw new ConfigurationFault([
      "The query is missing: a text such as '{ datasets { name } }', a file, or -.",
    ]);
  }
  return { query, flags: { ...flags, data: flags.data?.slice(0, -1) ?? [] } };
}

const withData = (command: Command): Command =>
  withCache(
    command.option(
      "--data <files...>",
      "Files, folders and globs of JSONL. [SWEEPQL_DATA, default: data/, with a sample where it holds none]",
    ),
  );

const withCache = (command: Command): Command =>
  command
    .option(
      "--cache <folder>",
      "Where loaded data are kept for the next start. [SWEEPQL_CACHE, default: the user's cache folder]",
    )
    .option("--no-cache", "Load the files anew, and keep nothing. [SWEEPQL_CACHE=0]")
    .option(
      "--cache-limit <size>",
      "How much is kept, of all data; what was used least recently goes first. [SWEEPQL_CACHE_LIMIT, default: 10GB]",
    );

function withService(command: Command): Command {
  for (const [heading, flags] of Object.entries(flagHelp)) {
    for (const { flags: words, description } of flags)
      command.addOption(new Option(words, description).helpGroup(heading));
  }
  return command;
}

function examples(...rows: readonly (readonly [command: string, meaning: string])[]): string {
  const lines = rows.map(([command, meaning]) =>
    meaning === "" ? `  ${command}` : `  ${command}\n      ${meaning}`,
  );
  return `\nExamples:\n${lines.join("\n")}\n`;
}
