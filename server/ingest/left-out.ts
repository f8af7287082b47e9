import type { ServingFault } from "../../schema/context.js";
import type { DataFile } from "./discover.js";

/** A file that cannot be loaded, and why. */
export interface LeftOut {
  readonly file: DataFile;
  /** With the file's path; for logs. */
  readonly reason: string;
}

/** What may be told of it in answers: with the file's place in its folder for its path. */
export const servingFaultOf = ({ file, reason }: LeftOut): ServingFault => ({
  dataset: file.name,
  message: reason.startsWith(`${file.path}:`)
    ? reason.replaceAll(file.path, file.label)
    : "The file cannot be loaded; the log says why.",
});
