import { readFile } from "node:fs/promises";

export const readme = await readFile(new URL("../../client/README.md", import.meta.url), "utf8");

/** Its programs that stand by themselves. */
export const snippets = Array.from(readme.matchAll(/^```ts\n(.*?)^```/gms), ([, code]) => code ?? "");

/** Its files, by the path that each is printed under. */
export const files: ReadonlyMap<string, string> = new Map(
  Array.from(readme.matchAll(/^```\w+ (\S+)\n(.*?)^```/gms), ([, path, text]) => [path ?? "", text ?? ""]),
);

/** One of them. */
export function fileNamed(path: string): string {
  const text = files.get(path);
  if (text === undefined) throw new Error(`The README prints no ${path}.`);
  return text;
}
