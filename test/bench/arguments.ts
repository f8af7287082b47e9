import { parseArgs } from "node:util";
import type { Case } from "./row.js";

export interface Arguments {
  readonly cases: readonly Case[];
  readonly json: string | null;
  readonly compare: string | null;
  readonly profile: string | null;
}

/** Reads the command line; null where only help was wanted, which is printed. */
export function readArguments(words: readonly string[], cases: readonly Case[]): Arguments | null {
  const { values } = parseArgs({
    args: [...words],
    options: {
      only: { type: "string", multiple: true, default: [] },
      json: { type: "string" },
      compare: { type: "string" },
      profile: { type: "string" },
      help: { type: "boolean", short: "h", default: false },
    },
  });
  if (values.help) {
    process.stdout.write(help(cases));
    return null;
  }
  const unknown = values.only.filter((name) => !cases.some((one) => one.name === name));
  if (unknown.length > 0)
    throw new Error(`--only ${unknown.join(", ")}: there is ${cases.map(({ name }) => name).join(", ")}`);
  return {
    cases: values.only.length === 0 ? cases : cases.filter(({ name }) => values.only.includes(name)),
    json: values.json ?? null,
    compare: values.compare ?? null,
    profile: values.profile ?? null,
  };
}

const help = (cases: readonly Case[]): string => `npm run bench -- [options]
  --only <name>       only this case; may be repeated
  --json <file>       write the results
  --compare <file>    show the change since results that an earlier run wrote
  --profile <folder>  take the service's CPU profile
Cases:
${cases.map(({ name, about }) => `  ${name.padEnd(10)} ${about}`).join("\n")}
`;
