import { gzipSync } from "node:zlib";
import { build } from "esbuild";

/** Measures bundles that an app would make of the client. From a checkout: `npm run size`. */

const programs = {
  core: 'import { createClient } from "../../client/index.js"; console.log(createClient({ url: "/" }));',
  one: 'import { BestRunsDocument, createClient } from "../../client/index.js"; console.log(createClient({ url: "/", operations: { best: BestRunsDocument } }));',
  all: 'import { createClient, operations } from "../../client/index.js"; console.log(createClient({ url: "/", operations }));',
} as const;

export interface Size {
  readonly text: string;
  /** In bytes. */
  readonly minified: number;
  /** In bytes. */
  readonly gzipped: number;
}

/** The bundle of the core alone, with one ready-made operation, and with all. */
export async function measure(): Promise<Record<keyof typeof programs, Size>> {
  const sizes = Object.entries(programs).map(async ([name, contents]) => {
    const { outputFiles } = await build({
      stdin: { contents, resolveDir: import.meta.dirname, loader: "ts" },
      bundle: true,
      minify: true,
      format: "esm",
      platform: "browser",
      target: "es2022",
      write: false,
    });
    const text = outputFiles[0]?.text ?? "";
    return [name, { text, minified: Buffer.byteLength(text), gzipped: gzipSync(text, { level: 9 }).length }];
  });
  return Object.fromEntries(await Promise.all(sizes)) as Record<keyof typeof programs, Size>;
}

if (process.argv[1] === import.meta.filename)
  for (const [name, { minified, gzipped }] of Object.entries(await measure()))
    console.log(`${name.padEnd(4)}  ${minified} B minified, ${gzipped} B gzipped`);
