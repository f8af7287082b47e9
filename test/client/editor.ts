import { fileURLToPath } from "node:url";
import ts from "typescript";
import { browser, filesBeside, strictOptions } from "./compile.js";

/** What an editor shows of files that are given as text. */
export interface Editor {
  /** The members that are offered where a text of the file has `‸`, with their documentation; in the order of these places. */
  offers(path: string): readonly ReadonlyMap<string, string>[];
  /** The documentation of a name, where it stands in the file for the first time. */
  documentationOf(path: string, name: string): string;
}

/** Starts the language service that editors ask, on files by path and text. */
export function openEditor(texts: ReadonlyMap<string, string>): Editor {
  const places = new Map<string, number[]>();
  const plain = new Map<string, string>();
  for (const [path, text] of texts) {
    const [first = "", ...rest] = text.split("‸");
    let without = first;
    places.set(
      path,
      rest.map((part) => {
        const at = without.length;
        without += part;
        return at;
      }),
    );
    plain.set(path, without);
  }
  const files = filesBeside(plain);
  const service = ts.createLanguageService({
    ...files,
    getCompilationSettings: () => strictOptions(browser),
    getScriptFileNames: () => [...plain.keys()],
    getScriptVersion: () => "1",
    getScriptSnapshot: (path) => {
      const text = files.readFile(path);
      return text === undefined ? undefined : ts.ScriptSnapshot.fromString(text);
    },
    getCurrentDirectory: () => fileURLToPath(new URL("../../", import.meta.url)),
    getDefaultLibFileName: (options) => ts.getDefaultLibFilePath(options),
  });
  const textOf = (parts: readonly ts.SymbolDisplayPart[] | undefined): string =>
    ts.displayPartsToString([...(parts ?? [])]);
  return {
    offers: (path) =>
      (places.get(path) ?? []).map((at) => {
        const entries = service.getCompletionsAtPosition(path, at, {})?.entries ?? [];
        return new Map(
          entries.map(({ name }) => [
            name,
            textOf(
              service.getCompletionEntryDetails(path, at, name, {}, undefined, {}, undefined)?.documentation,
            ),
          ]),
        );
      }),
    documentationOf: (path, name) =>
      textOf(service.getQuickInfoAtPosition(path, plain.get(path)?.indexOf(name) ?? 0)?.documentation),
  };
}
