import { fileURLToPath } from "node:url";
import ts from "typescript";

const top = new URL("../../", import.meta.url);

/** What the compiler says of files that are given as text, under the repository's strict settings. */
export function compile(texts: ReadonlyMap<string, string>, more: ts.CompilerOptions = {}): string[] {
  const options = strictOptions(more);
  const host = Object.assign(ts.createCompilerHost(options), filesBeside(texts));
  const program = ts.createProgram(
    [...texts.keys()].filter((path) => /\.[cm]?tsx?$/.test(path)),
    options,
    host,
  );
  return ts
    .getPreEmitDiagnostics(program)
    .map(
      ({ file, messageText }) =>
        `${file?.fileName ?? ""}: ${ts.flattenDiagnosticMessageText(messageText, "\n")}`,
    );
}

/** The repository's strict settings, and what differs from them. */
export function strictOptions(more: ts.CompilerOptions): ts.CompilerOptions {
  const { config } = ts.readConfigFile(fileURLToPath(new URL("tsconfig.json", top)), (path) =>
    ts.sys.readFile(path),
  ) as { config: { compilerOptions: object } };
  return {
    ...ts.convertCompilerOptionsFromJson(config.compilerOptions, fileURLToPath(top)).options,
    ...more,
  };
}

/** A file system that has these texts too. */
export const filesBeside = (texts: ReadonlyMap<string, string>) => ({
  fileExists: (path: string): boolean => texts.has(path) || ts.sys.fileExists(path),
  readFile: (path: string): string | undefined => texts.get(path) ?? ts.sys.readFile(path),
  directoryExists: (path: string): boolean =>
    [...texts.keys()].some((file) => file.startsWith(`${path}/`)) || ts.sys.directoryExists(path),
});

/** A browser's types, and none of Node's. */
export const browser: ts.CompilerOptions = { lib: ["lib.es2023.d.ts", "lib.dom.d.ts"], types: [] };
