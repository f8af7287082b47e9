import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import type { Case } from "./row.js";
import type { WorldOptions } from "./world.js";

export interface Arguments extends WorldOptions {
  readonly cases: readonly Case[];
  readonly json: string | null;
  readonly compare: string | null;
}

/** A benchmark as its help shows it. */
export interface Usage {
  readonly command: string;
  readonly cases: readonly Case[];
  /** Runs of each file, where nobody says. */
  readonly runs: number;
}

/** Reads the command line; null where only help was wanted, which is printed. */
export function readArguments(words: readonly string[], usage: Usage): Arguments | null {
  const { cases } = usage;
  const { values } = parseArgs({
    args: withBaseline(words, usage),
    options: {
      only: { type: "string", multiple: true, default: [] },
      json: { type: "string" },
      compare: { type: "string" },
      profile: { type: "string" },
      runs: { type: "string", default: String(usage.runs) },
      data: { type: "string" },
      help: { type: "boolean", short: "h", default: false },
    },
  });
  if (values.help) {
    process.stdout.write(help(usage));
    return null;
  }
  const runs = Number(values.runs);
  if (!Number.isInteger(runs) || runs < 8)
    throw new Error(`--runs ${values.runs}: a whole number from 8 is wanted`);
  const unknown = values.only.filter((name) => !cases.some((one) => one.name === name));
  if (unknown.length > 0)
    throw new Error(`--only ${unknown.join(", ")}: there is ${cases.map(({ name }) => name).join(", ")}`);
  return {
    cases: values.only.length === 0 ? cases : cases.filter(({ name }) => values.only.includes(name)),
    json: values.json ?? null,
    compare: values.compare ?? null,
    profile: values.profile ?? null,
    runs,
    data: values.data ?? null,
  };
}

/** The results that `--compare` without a file is about: an earlier run, stored beside the benchmark. */
const baselineOf = ({ command }: Usage): string =>
  fileURLToPath(new URL(`./baseline/${command.replace(":", "-")}.json`, import.meta.url));

/** The words, with the baseline's path where `--compare` stands alone. */
const withBaseline = (words: readonly string[], usage: Usage): string[] =>
  words.flatMap((word, index) =>
    word === "--compare" && (words[index + 1]?.startsWith("-") ?? true) ? [word, baselineOf(usage)] : [word],
  );

const help = ({ command, cases, runs }: Usage): string => `npm run ${command} -- [options]
  --only <name>       only this case; may be repeated
  --json <file>       write the results
  --compare [file]    show the change since results that an earlier run wrote; default: those in test/bench/baseline/
  --profile <folder>  take the service's CPU profile
  --runs <number>     runs of the tuning file, and of the residual file; default: ${runs}
  --data <folder>     where their sample lies, or is made and stays; default: a temporary folder
Cases:
${cases.map(({ name, about }) => `  ${name.padEnd(10)} ${about}`).join("\n")}
`;
