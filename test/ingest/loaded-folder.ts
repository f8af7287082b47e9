import { afterEach, beforeEach } from "vitest";
import { type Folder, type Loaded, loadAll, makeFolder } from "./load-text.js";

/** A folder for each test of a file that imports this, and what was last loaded of it. */
export let folder: Folder;
export let loaded: Loaded | undefined;

beforeEach(() => {
  folder = makeFolder();
});
afterEach(() => {
  void loaded?.pool.close();
  loaded = undefined;
  folder.remove();
});

/** Loads all files of the folder. */
export async function loadFolder(): Promise<Loaded> {
  loaded = await loadAll(folder);
  return loaded;
}

/** Loads one file; its points as arrays of the run's id, the axis, and the named fields. */
export async function points(content: string, ...names: string[]): Promise<unknown[][]> {
  folder.write("runs.jsonl", content);
  const of = await loadFolder();
  const rows = await of.table("points");
  return rows.map((row) => [row["run"], row["axis"], ...names.map((name) => row[of.m(name)])]);
}

/** The first dataset that was loaded. */
export const dataset = () => {
  const found = loaded?.catalogue.datasets[0];
  if (!found) throw new Error("nothing loaded");
  return found;
};
