import { stat } from "node:fs/promises";
import { basename, dirname, relative, resolve, sep } from "node:path";
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

/**
 * The JSONL files of files, folders (with all their sub-folders) and glob patterns, in order of
 * dataset name. A folder's `sample/` sub-folder is left out as soon as the folder has other files.
 * @throws DataFault where a source does not exist or holds no file, or two files of one folder have one name.
 */
export async function discover(sources: readonly string[]): Promise<DataFile[]> {
  const found = new Map<string, DataFile>();
  for (const source of sources) {
    for (const file of await filesOf(source)) {
      const before = found.get(file.path);
      found.set(file.path, before ? { ...before, isNamed: before.isNamed || file.isNamed } : file);
    }
  }
  const files = apart([...found.values()]).sort((a, b) => compareText(a.name, b.name));
  files.forEach((file, index) => {
    const previous = files[index - 1];
    if (previous?.name === file.name) {
      throw new DataFault(
        `Two files make the dataset \`${file.name}\`: ${previous.path} and ${file.path}. Rename one of them, or serve only one.`,
      );
    }
  });
  return files;
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

async function filesOf(source: string): Promise<DataFile[]> {
  const found = await stat(source).catch(() => null);
  if (found?.isFile() && /\.gz$/i.test(source)) throw new DataFault(`${source}: ${UNPACK}.`);
  if (found?.isFile()) return [{ ...fileAt(resolve(source), dirname(resolve(source))), isNamed: true }];
  if (found?.isDirectory()) {
    const folder = resolve(source);
    const paths = await glob("**/*.jsonl", { cwd: folder, absolute: true });
    const own = paths.filter((path) => relative(folder, path).split(sep)[0] !== "sample");
    const files = (own.length > 0 ? own : paths).map((path) => fileAt(resolve(path), folder));
    if (files.length === 0) {
      const packed = await glob("**/*.gz", { cwd: folder });
      const hint = packed.length > 0 ? ` ${UNPACK}: ${packed.sort(compareText).slice(0, 3).join(", ")}.` : "";
      throw new DataFault(
        `${source}: the folder holds no *.jsonl file, and neither do its sub-folders.${hint}`,
      );
    }
    return files;
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
