import { stat } from "node:fs/promises";
import { basename, dirname, join, relative, resolve, sep } from "node:path";
import { glob, isDynamicPattern } from "tinyglobby";
import { compareText } from "../../schema/naming.js";
import { DataFault } from "../errors.js";

/** A JSONL file that is to be loaded. */
export interface DataFile {
  readonly path: string;
  /** Relative to the data folder (to its own folder, where it was named itself). */
  readonly label: string;
  /** The dataset's name; with folders before it where the file's own is another's too. */
  readonly name: string;
  /** The folder that a manifest for all files may lie in. */
  readonly folder: string;
  /** Whether it was named itself, and not found in a folder or by a pattern. */
  readonly isNamed: boolean;
  /** Where its bytes are read from, if not at its path. */
  readonly content?: string;
}

/** Where a file's bytes are. */
export const contentOf = ({ path, content }: DataFile): string => content ?? path;

/** Something of the sources that makes no dataset, though it is meant to. */
export interface SourceFault {
  /** With its path. */
  readonly reason: string;
  /** The same for answers: with its place in its folder for its path. */
  readonly told: string;
  /** The dataset that it would make; null for a folder or a pattern. */
  readonly dataset: string | null;
}

export interface Discovered {
  readonly files: DataFile[];
  readonly faults: readonly SourceFault[];
}

/**
 * The JSONL files of files, folders (with all their sub-folders) and glob patterns, in order of
 * dataset name. A folder's `sample/` sub-folder is left out as soon as the folder has other files. Packed
 * files are among those of a folder, unless they lie unpacked beside, so that they are named as left out.
 * @throws DataFault where a source does not exist or holds no file, or two files of one folder have one name.
 */
export async function discover(sources: readonly string[]): Promise<DataFile[]> {
  const { files, faults } = await discoverUsable(sources);
  const [first] = faults;
  if (first) throw new DataFault(first.reason);
  return files;
}

/** Does so with the sources that hold files. Of two files of one name, the one whose path is preferred stays, else the first. */
export async function discoverUsable(
  sources: readonly string[],
  preferred: ReadonlySet<string> = new Set(),
): Promise<Discovered> {
  const found = new Map<string, DataFile>();
  const faults: SourceFault[] = [];
  for (const source of sources) {
    try {
      for (const file of await filesOf(source)) {
        const before = found.get(file.path);
        found.set(file.path, before ? { ...before, isNamed: before.isNamed || file.isNamed } : file);
      }
    } catch (error) {
      if (!(error instanceof DataFault)) throw error;
      faults.push(faultOf(source, error.message));
    }
  }
  const { chosen, others } = choose([...found.values()], preferred);
  const files = apart(chosen).sort((a, b) => compareText(a.name, b.name));
  const clashes = others.map((file) =>
    clashOf(
      files.find((one) => placeOf(one) === placeOf(file)),
      file,
    ),
  );
  return { files, faults: [...faults, ...clashes] };
}

/** What files of one dataset have in common, as names of files in several folders are told apart. */
const placeOf = ({ path }: DataFile): string => join(dirname(path), baseName(path));

function choose(
  files: readonly DataFile[],
  preferred: ReadonlySet<string>,
): { readonly chosen: readonly DataFile[]; readonly others: readonly DataFile[] } {
  const byPlace = new Map<string, DataFile>();
  for (const file of files) {
    const place = placeOf(file);
    if (!byPlace.has(place) || preferred.has(file.path)) byPlace.set(place, file);
  }
  const chosen = new Set(byPlace.values());
  return { chosen: [...chosen], others: files.filter((file) => !chosen.has(file)) };
}

function clashOf(served: DataFile | undefined, other: DataFile): SourceFault {
  const dataset = served?.name ?? other.name;
  const told = (a: string | undefined, b: string): string =>
    `Two files make the dataset \`${dataset}\`: ${a} and ${b}. Rename one of them, or serve only one.`;
  return { dataset, reason: told(served?.path, other.path), told: told(served?.label, other.label) };
}

/** @param reason begins with the source. */
function faultOf(source: string, reason: string): SourceFault {
  const parts = source.split("/");
  const firstDynamic = parts.findIndex((part) => isDynamicPattern(part));
  const label = firstDynamic < 0 ? basename(resolve(source)) : parts.slice(firstDynamic).join("/");
  const isFile = firstDynamic < 0 && source.endsWith(".jsonl");
  return {
    reason,
    told: `${label}${reason.slice(source.length)}`,
    dataset: isFile ? baseName(source) : null,
  };
}

/** Names files that are called alike by as many of their folders as tell them apart: `run-a/results`. */
function apart(files: readonly DataFile[]): DataFile[] {
  const alike = new Map<string, DataFile[]>();
  for (const file of files) alike.set(file.name, [...(alike.get(file.name) ?? []), file]);
  return [...alike.values()].flatMap((group) => {
    const folders = group.map(({ path }) => dirname(path).split(sep));
    const longest = group.length > 1 ? Math.max(...folders.map(({ length }) => length)) : 0;
    for (let depth = 0; depth <= longest; depth += 1) {
      const named = group.map((file, index) => ({
        ...file,
        name: [...(depth === 0 ? [] : (folders[index] ?? []).slice(-depth)), file.name].join("/"),
      }));
      if (new Set(named.map(({ name }) => name)).size === group.length) return named;
    }
    return group;
  });
}

const UNPACK = "Compressed files are not read; unpack them with gunzip";

/** Why a file cannot be read that is packed; null where it is not. */
export const packedFault = (path: string): string | null =>
  /\.gz$/i.test(path) ? `${path}: ${UNPACK}.` : null;

async function filesOf(source: string): Promise<DataFile[]> {
  const found = await stat(source).catch(() => null);
  const fault = packedFault(source);
  if (found?.isFile() && fault !== null) throw new DataFault(fault);
  if (found?.isFile()) return [{ ...fileAt(resolve(source), dirname(resolve(source))), isNamed: true }];
  if (found?.isDirectory()) {
    const folder = resolve(source);
    const paths = await glob("**/*.jsonl", { cwd: folder, absolute: true });
    const own = paths.filter((path) => relative(folder, path).split(sep)[0] !== "sample");
    if (paths.length === 0) {
      const packed = await glob("**/*.gz", { cwd: folder });
      const hint = packed.length > 0 ? ` ${UNPACK}: ${packed.sort(compareText).slice(0, 3).join(", ")}.` : "";
      throw new DataFault(
        `${source}: the folder holds no *.jsonl file, and neither do its sub-folders.${hint}`,
      );
    }
    const packed = await glob("**/*.jsonl.gz", { cwd: folder, absolute: true, caseSensitiveMatch: false });
    const left = packed.filter((path) => !paths.includes(path.slice(0, -".gz".length)));
    return [...(own.length > 0 ? own : paths), ...left].map((path) => fileAt(resolve(path), folder));
  }
  if (!isDynamicPattern(source)) throw new DataFault(`${source}: no such file or folder.`);
  const paths = await glob(source, { absolute: true });
  if (paths.length === 0) throw new DataFault(`${source}: no file matches the pattern.`);
  return paths.map((path) => fileAt(resolve(path), dirname(resolve(path))));
}

/** The name that a file gives its dataset where no other file has the same. */
export const baseName = (path: string): string =>
  basename(path)
    .replace(/\.jsonl$/, "")
    .replace(/\.results$/, "");

const fileAt = (path: string, folder: string): DataFile => ({
  path,
  label: relative(folder, path) || basename(path),
  name: baseName(path),
  folder,
  isNamed: false,
});
