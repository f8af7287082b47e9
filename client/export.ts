import { begin, repeat } from "./call.js";
import { type Client, optionsOf } from "./client.js";
import { ending } from "./ending.js";
import { AbortError, NetworkError } from "./errors.js";
import type { ExportArguments, ExportFormat, ExportRowOf, ExportTable, ExportValue } from "./export-types.js";
import { bodyOf } from "./message.js";
import type { RequestOptions } from "./options.js";
import { networkError } from "./post.js";
import { raced } from "./raced.js";
import { stream } from "./stream.js";

/** A file as it comes. */
export interface ExportFile {
  /** The bytes. Reading them fails with a `NetworkError` where they end before their end. */
  readonly body: ReadableStream<Uint8Array>;
  /** Of the data that all of it was read from. */
  readonly dataVersion: string;
  /** Null where the server cannot tell before it has read them. */
  readonly rowCount: number | null;
  /** A name for it. */
  readonly fileName: string;
}

/**
 * Asks for a file of runs, points or groups. `timeout` and `retry` are for its beginning; once it comes,
 * it takes the time that it takes.
 * @throws as `Client.request` does.
 */
export async function exportFile<Table extends ExportTable>(
  client: Client,
  table: Table,
  format: ExportFormat,
  args?: ExportArguments[Table],
  options: RequestOptions = {},
): Promise<ExportFile> {
  const known = optionsOf(client);
  const operation = `export ${table}`;
  const message = { operation, repeatable: true, query: "", body: bodyOf(args ?? {}, operation) };
  const url = exportUrl(String(known.url), `${table}.${format}`);
  const call = begin({ ...known, url }, message, options);
  const response = (await repeat(call, () => stream(call, "*/*", ({ ok }) => ok))).stream;
  const header = (name: string): string => response.headers.get(name) ?? "";
  return {
    body: bytesOf(response.body, operation, options.signal),
    dataVersion: header("x-data-version"),
    rowCount: header("x-row-count") === "" ? null : Number(header("x-row-count")),
    fileName: /filename="(.*)"/.exec(header("content-disposition"))?.[1] ?? `${table}.${format}`,
  };
}

/**
 * The rows of an export, one by one, all of one version of the data. Columns that are asked for by name
 * are typed.
 * @throws as `exportFile` does; a `NetworkError` where the rows end before their end.
 */
export const exportRows = <
  Table extends ExportTable,
  const Args extends ExportArguments[Table] = ExportArguments[Table],
>(
  client: Client,
  table: Table,
  args?: Args,
  options: RequestOptions = {},
): AsyncGenerator<ExportRowOf<Args>, void, undefined> =>
  ending(options.signal, async function* (signal) {
    const operation = `export ${table}`;
    const { body, rowCount } = await exportFile(client, table, "ndjson", args, { ...options, signal });
    const reader = body.getReader();
    const decoder = new TextDecoder();
    let text = "";
    let count = 0;
    try {
      for (;;) {
        const { done, value } = await reader.read();
        const lines = (text + decoder.decode(value, { stream: !done })).split("\n");
        text = lines.pop() ?? "";
        for (const line of lines) {
          if (signal.aborted) throw new AbortError(operation, signal.reason);
          count += 1;
          yield parseRow(line) as ExportRowOf<Args>;
        }
        if (done) break;
      }
      // A proxy may end an answer well that did not come to it whole.
      if (text !== "" || (rowCount !== null && count < rowCount))
        throw new NetworkError(operation, `it ended after ${count} rows`);
    } finally {
      await reader.cancel().catch(() => undefined);
    }
  });

/** Beside the endpoint: `/graphql` has its exports at `/export/`. */
function exportUrl(endpoint: string, file: string): string {
  const [, origin = "", path = ""] = /^((?:[a-z][a-z\d+.-]*:)?\/\/[^/?#]*)?([^?#]*)/i.exec(endpoint) ?? [];
  const folder = path.replace(/[^/]+\/*$/, "");
  return `${origin}${folder || (origin && "/")}export/${file}`;
}

/** The same bytes, whose failure is one of ours. */
function bytesOf(
  body: ReadableStream<Uint8Array>,
  operation: string,
  signal: AbortSignal | undefined,
): ReadableStream<Uint8Array> {
  const reader = body.getReader();
  return new ReadableStream({
    async pull(controller) {
      try {
        const reading = reader.read();
        const { done, value } = await (signal ? raced(reading, signal) : reading);
        if (done) controller.close();
        else controller.enqueue(value);
      } catch (error) {
        controller.error(
          signal?.aborted ? new AbortError(operation, signal.reason) : networkError(operation, error),
        );
        void reader.cancel().catch(() => undefined);
      }
    },
    cancel: (reason) => reader.cancel(reason),
  });
}

/** A line of JSON with bare NaN, Infinity and -Infinity. */
function parseRow(line: string): Readonly<Record<string, ExportValue>> {
  try {
    return JSON.parse(line) as Record<string, ExportValue>;
  } catch {
    // Rows are flat: an object within one is a number that JSON cannot write. Strings are passed over.
    const marked = line.replace(/"(?:[^"\\]|\\.)*"|-?\b(?:NaN|Infinity)\b/g, (token) =>
      token.startsWith('"') ? token : `["${token}"]`,
    );
    return JSON.parse(marked, (_, value: unknown) =>
      Array.isArray(value) ? Number(value[0]) : value,
    ) as Record<string, ExportValue>;
  }
}
