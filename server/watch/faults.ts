import { relative } from "node:path";
import type { Logger } from "pino";
import type { ServingFault } from "../../schema/context.js";
import type { DataFile, SourceFault } from "../ingest/discover.js";
import { servingFaultOf } from "../ingest/left-out.js";
import { manifestPaths } from "../ingest/manifest-paths.js";
import type { KeptFile } from "./kept-file.js";

/** What may be told in answers of what a look found; what was not told `before` is logged, with paths. */
export function servingFaults(
  kept: readonly KeptFile[],
  ofSources: readonly SourceFault[],
  before: readonly ServingFault[],
  log: Logger,
): ServingFault[] {
  return [
    ...ofSources.map((fault) => toldOfSource(fault, before, log)),
    ...kept.flatMap((one) => toldOfFile(one, before, log)),
  ];
}

function toldOfSource(
  { dataset, reason, told }: SourceFault,
  before: readonly ServingFault[],
  log: Logger,
): ServingFault {
  if (!before.some(({ message }) => message === told))
    log.warn({ dataset, reason }, "a part of the data is not served; the others are");
  return { dataset, message: told, isOfUnserved: true };
}

function toldOfFile(
  { file, fault, good }: KeptFile,
  before: readonly ServingFault[],
  log: Logger,
): ServingFault[] {
  if (fault === null) return [];
  if (!before.some(({ dataset, isOfUnserved }) => dataset === file.name && !isOfUnserved))
    log.warn(
      { dataset: file.name, reason: fault },
      good
        ? "a file cannot be served; its last good version stays"
        : "a file cannot be served; it is left out",
    );
  return [servingFaultOf({ file, reason: fault })];
}

/** What may be told of a manifest's fault: with its place in its folder for its path; null for other faults. */
export function toldOfManifest(reason: string, files: readonly DataFile[]): string | null {
  const labels = new Map(
    files.flatMap((file) => manifestPaths(file).map((path) => [path, relative(file.folder, path)] as const)),
  );
  if (![...labels.keys()].some((path) => reason.startsWith(path))) return null;
  return [...labels].reduce((told, [path, label]) => told.replaceAll(path, label), reason);
}
