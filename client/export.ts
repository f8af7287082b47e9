import { type Client, optionsOf } from "./client.js";
import { AbortedError, NetworkError } from "./errors.js";
import type { ExportArguments, ExportFormat, ExportTable, ExportValue, RowOf } from "./export-types.js";
import type { ClientOptions, RequestOptions } from "./options.js";
import { attempts, dataOf, exchange, receive } from "./send.js";

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
  const known = optionsOf.get(client);
  if (!known) throw new TypeError("exportFile takes a client of createClient.");
  const operation = `export ${table}`;
  const message = { operation, query: "", variables: undefined, body: JSON.stringify(args ?? {}) };
  const target: ClientOptions = { ...known, url: exportUrl(known.url, `${table}.${format}`) };
  const response = await attempts(known, message, options, async (signal) => {
    const answer = await exchange(target, message, options, signal, "*/*", (it) => Promise.resolve(it));
    const { status } = answer;
    if (answer.ok && answer.body) return { status, result: () => answer };
    const received = await receive(answer);
    return { status, result: () => dataOf(operation, received) as never };
  });
  const header = (name: string): string => response.headers.get(name) ?? "";
  return {
    body: bytesOf(response.body as ReadableStream<Uint8Array>, operation, options.signal),
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
export async function* exportRows<
  Table extends ExportTable,
  const Args extends ExportArguments[Table] = ExportArguments[Table],
>(
  client: Client,
  table: Table,
  args?: Args,
  options: RequestOptions = {},
): AsyncGenerator<RowOf<Args>, void, undefined> {
  const { body, rowCount } = await exportFile(client, table, "ndjson", args, options);
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
        count += 1;
        yield parseRow(line) as RowOf<Args>;
      }
      if (done) break;
    }
    // A proxy may end an answer well that did not come to it whole.
    if (text !== "" || (rowCount !== null && count < rowCount))
      throw new NetworkError(`export ${table}`, new Error(`it ended after ${count} rows`));
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}

/** Beside the endpoint: `/graphql` has its exports at `/export/`. */
const exportUrl = (endpoint: string | URL, file: string): string =>
  String(endpoint).replace(/[^/?#]*(?:[?#].*)?$/, `export/${file}`);

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
        const { done, value } = await reader.read();
        if (done) controller.close();
        else controller.enqueue(value);
      } catch (error) {
        controller.error(
          signal?.aborted ? new AbortedError(operation, signal.reason) : new NetworkError(operation, error),
        );
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
