import { dirname, join } from "node:path";
import { baseName, type DataFile } from "./discover.js";

const EXTENSIONS = ["json", "yaml", "yml"] as const;

/** Where manifests may lie that document a file: for its whole folder, and for itself. */
export const manifestPaths = (file: DataFile): string[] => [...folderManifests(file), ...fileManifests(file)];

/** Of those, for all files of the folder; only one of them may exist. */
export const folderManifests = ({ folder }: DataFile): string[] =>
  EXTENSIONS.map((extension) => join(folder, `sweepql.${extension}`));

/** Of those, for the file alone; only one of them may exist. */
export const fileManifests = ({ path }: DataFile): string[] =>
  EXTENSIONS.map((extension) => join(dirname(path), `${baseName(path)}.manifest.${extension}`));
