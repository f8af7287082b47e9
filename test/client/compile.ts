import { fileURLToPath } from "node:url";
import ts from "typescript";

const top = new URL("../../", import.meta.url);

/** What the compiler says of files that are given as text, under the repository's strict settings. */
export function compile(texts: ReadonlyMap<string, string>, more: ts.CompilerOptions = {}): string[] {
  const { config } = ts.readConfigFile(fileURLToPath(new URL("tsconfig.json", top)), (path) =>
    ts.sys.readFile(path),
  ) as { config: { compilerOptions: object } };
  const { options } = ts.convertCompilerOptionsFromJson(config.compilerOptions, fileURLToPath(top));
  const all = { ...options, ...more };
  const host = ts.createCompilerHost(all);
  host.fileExists = (path) => texts.has(path) || ts.sys.fileExists(path);
  host.directoryExists = (path) =>
    [...texts.keys()].some((file) => file.startsWith(`${path}/`)) || ts.sys.directoryExists(path);
  host.readFile = (path) => texts.get(path) ?? ts.sys.readFile(path);
  const program = ts.createProgram(
    [...texts.keys()].filter((path) => /\.[cm]?tsx?$/.test(path)),
    all,
    host,
  );
  return ts
    .getPreEmitDiagnostics(program)
    .map(
      ({ file, messageText }) =>
        `${file?.fileName ?? ""}: ${ts.flattenDiagnosticMessageText(messageText, "\n")}`,
    );
}

/** A browser's types, and none of Node's. */
export const browser: ts.CompilerOptions = { lib: ["lib.es2023.d.ts", "lib.dom.d.ts"], types: [] };
