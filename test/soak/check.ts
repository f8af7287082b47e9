import { holds } from "../oracle/filters.js";
import { sortRuns } from "../oracle/orders.js";
import { readWorld, type World } from "../oracle/world.js";
import { describeFiles, type Files, readable } from "./files.js";
import type { Answered } from "./requests.js";

/** Compares answers with an independent reading of the contents that they name. @returns what is wrong. */
export function wrongAnswers(answers: readonly Answered[], files: Files): string[] {
  const worlds = new Map<string, World>();
  const wrong: string[] = [];
  const datasetsOf = new Map<string, string>();
  for (const answer of answers) {
    const { data, dataVersion, where, orderBy, before } = answer;
    const named = JSON.stringify(data.datasets);
    const known = datasetsOf.get(dataVersion);
    if (known !== undefined && known !== named) wrong.push(`${dataVersion} named both ${known} and ${named}`);
    datasetsOf.set(dataVersion, named);
    const unknown = data.datasets.find(({ version }) => files.textOf(version) === null);
    if (unknown) {
      wrong.push(`${unknown.name} ${unknown.version}: the file never had such a content`);
      continue;
    }
    let world = worlds.get(named);
    if (!world) {
      const versions = new Map(data.datasets.map(({ name, version }) => [name, version]));
      world = readWorld(describeFiles([...versions.keys()]), (name) =>
        readable(files.textOf(versions.get(name) ?? "") ?? ""),
      );
      worlds.set(named, world);
    }
    const of = world;
    const all = sortRuns(
      of,
      of.runs.filter((run) => holds(of, run, where)),
      orderBy,
    );
    const { totalCount, nodes, pageInfo } = data.runs;
    const wanted = all
      .slice(before, before + nodes.length)
      .map((run) => `${run.dataset.name}:${run.line}:${run.hyperparameters["LR"]}`);
    const found = nodes.map((node) => `${node.dataset.name}:${node.line}:${node.hyperparameters.lr}`);
    const isLast = before + nodes.length >= all.length;
    if (totalCount !== all.length || wanted.join() !== found.join() || pageInfo.hasNextPage === isLast)
      wrong.push(
        `${dataVersion} ${JSON.stringify({ where, orderBy, before })}: ${totalCount} for ${all.length}`,
      );
  }
  return wrong;
}
