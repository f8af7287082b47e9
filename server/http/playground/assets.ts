import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { promisify } from "node:util";
import { gzip } from "node:zlib";

/** A file that the playground's page loads. */
interface Asset {
  readonly type: string;
  readonly content: Uint8Array<ArrayBuffer>;
  readonly zipped: Uint8Array<ArrayBuffer>;
}

export interface Assets {
  /** Changes with the content, so that browsers may keep it for ever under this name. */
  readonly hash: string;
  readonly byName: ReadonlyMap<string, Asset>;
}

const compress = promisify(gzip);
let loaded: Promise<Assets> | null = null;

/** GraphiQL with its workers, as npm installed it, and our own script and style; read when first asked for. */
export function playgroundAssets(): Promise<Assets> {
  loaded ??= read().catch((error: unknown) => {
    loaded = null;
    throw error;
  });
  return loaded;
}

async function read(): Promise<Assets> {
  const own = (name: string): Promise<string> => readFile(new URL(name, import.meta.url), "utf8");
  const { css, editorWorkerService, graphqlWorker, js, jsonWorker } =
    await import("@graphql-yoga/render-graphiql/graphiql");
  const texts: readonly (readonly [name: string, type: string, text: string])[] = [
    ["graphiql.css", "text/css", css],
    ["graphiql.js", "text/javascript", js],
    ["editor-worker.js", "text/javascript", editorWorkerService],
    ["graphql-worker.js", "text/javascript", graphqlWorker],
    ["json-worker.js", "text/javascript", jsonWorker],
    ["playground.css", "text/css", await own("./playground.css")],
    ["playground.js", "text/javascript", await own("./playground.js")],
  ];
  const hash = createHash("sha256");
  const byName = new Map<string, Asset>();
  for (const [name, type, text] of texts) {
    hash.update(text);
    const content = new TextEncoder().encode(text);
    byName.set(name, {
      type: `${type}; charset=utf-8`,
      content,
      zipped: new Uint8Array(await compress(content)),
    });
  }
  return { hash: hash.digest("hex").slice(0, 12), byName };
}
