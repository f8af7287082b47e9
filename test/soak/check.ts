import { readWorld, type World } from "../oracle/world.js";
import { describeFiles, type Files, readable } from "./files.js";

/** A dataset, and which content of its file an answer is of. */
export interface Named {
  readonly name: string;
  readonly version: string;
}

/** An answer that was given, and what an independent reading of the data says of it. */
export interface Answered {
  readonly what: string;
  readonly dataVersion: string;
  /** Null where the answer names none, as an export: those of another answer of its version are taken. */
  readonly datasets: readonly Named[] | null;
  wrong(world: World): string | null;
}

export interface Verdict {
  readonly wrong: readonly string[];
  readonly checked: number;
  /** Of versions whose datasets no answer named. */
  readonly unchecked: number;
}

/** Compares answers with an independent reading of the contents that they name. */
export function judge(answers: readonly Answered[], files: Files): Verdict {
  const wrong: string[] = [];
  const namedBy = new Map<string, readonly Named[]>();
  for (const { dataVersion, datasets } of answers) {
    if (!datasets) continue;
    const known = namedBy.get(dataVersion);
    if (known && JSON.stringify(known) !== JSON.stringify(datasets))
      wrong.push(`${dataVersion} named both ${JSON.stringify(known)} and ${JSON.stringify(datasets)}`);
    namedBy.set(dataVersion, datasets);
  }
  let unchecked = 0;
  const byVersion = new Map<string, Answered[]>();
  for (const answer of answers) {
    const own = byVersion.get(answer.dataVersion);
    if (own) own.push(answer);
    else byVersion.set(answer.dataVersion, [answer]);
  }
  for (const [dataVersion, own] of byVersion) {
    const datasets = namedBy.get(dataVersion);
    if (!datasets) {
      unchecked += own.length;
      continue;
    }
    const unknown = datasets.find(({ version }) => files.textOf(version) === null);
    if (unknown) {
      wrong.push(`${unknown.name} ${unknown.version}: the file never had such a content`);
      continue;
    }
    const versions = new Map(datasets.map(({ name, version }) => [name, version]));
    const world = readWorld(describeFiles([...versions.keys()]), (name) =>
      readable(files.textOf(versions.get(name) ?? "") ?? ""),
    );
    for (const answer of own) {
      const fault = answer.wrong(world);
      if (fault !== null) wrong.push(`${dataVersion} ${answer.what}: ${fault}`);
    }
  }
  return { wrong, checked: answers.length - unchecked, unchecked };
}
