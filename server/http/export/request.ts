import { GraphQLError } from "graphql";
import type { GivenArguments } from "../../../schema/exports/arguments.js";
import { type ExportTable, exportTables } from "../../../schema/exports/export-plan.js";
import { badInput } from "../../../schema/faults.js";
import type { Format, Spelling } from "../../export/formats/format.js";
import { formatNamed, formats } from "../../export/formats/formats.js";
import { takeSpelling } from "../../export/spelling.js";
import { bestOffer, takesGzip } from "../accept.js";

/** What a request asks for. */
export interface AskedExport {
  readonly table: ExportTable;
  readonly format: Format;
  readonly spelling: Spelling;
  readonly given: GivenArguments;
  /** Whether it is sent compressed. */
  readonly isGzipped: boolean;
}

const PREFIX = "/export/";

export const exportPath = (file: string): string => PREFIX + file;

export const isExportPath = (pathname: string): boolean => pathname.startsWith(PREFIX);

/** What `/export/runs.csv?where=…` asks for, or the same with a body of JSON. @throws a fault with its HTTP status. */
export async function readExport(request: Request, url: URL, maxBody: number): Promise<AskedExport> {
  if (!["GET", "HEAD", "POST"].includes(request.method))
    throw refused(405, "METHOD_NOT_ALLOWED", "Exports are asked for with GET, HEAD or POST.", {
      allow: "GET, HEAD, POST",
    });
  const [name = "", extension, ...rest] = url.pathname.slice(PREFIX.length).split(".");
  const table = exportTables.find((one) => one === name);
  if (!table || rest.length > 0) throw unknown(url.pathname);
  const format = extension === undefined ? accepted(request.headers.get("accept")) : formatNamed(extension);
  if (!format) throw unknown(url.pathname);
  const given = new Map<string, unknown>(textArguments(url.searchParams));
  if (request.method === "POST") {
    for (const [key, value] of Object.entries(await readBody(request, maxBody))) {
      if (given.has(key)) throw twice(key, value);
      given.set(key, value);
    }
  }
  const isGzipped = !format.isCompressed && takesGzip(request.headers.get("accept-encoding"));
  return { table, format, isGzipped, ...takeSpelling(Object.fromEntries(given), format) };
}

function textArguments(params: URLSearchParams): Map<string, string> {
  const found = new Map<string, string>();
  for (const [name, value] of params) {
    if (found.has(name)) throw twice(name, value);
    found.set(name, value);
  }
  return found;
}

const twice = (name: string, value: unknown): GraphQLError => badInput(name, value, "it is given twice");

/** The format that an Accept header likes best; CSV where anything will do. */
function accepted(header: string | null): Format {
  const offers = Object.values(formats);
  const best = bestOffer(header, offers, ({ accepted: types }) => types);
  if (best) return best;
  const types = offers.flatMap(({ accepted: [first] }) => first ?? []);
  throw refused(406, "NOT_ACCEPTABLE", `An export comes as ${types.join(", ")}.`);
}

/** @throws LIMIT_EXCEEDED where the body is too large. */
async function readBody(request: Request, maxBody: number): Promise<Readonly<Record<string, unknown>>> {
  const type = request.headers.get("content-type") ?? "";
  if (!/^application\/json\b/i.test(type))
    throw refused(
      415,
      "BAD_USER_INPUT",
      "A POST has its arguments as an object of JSON: content-type application/json.",
    );
  const chunks: Uint8Array[] = [];
  let size = 0;
  // A loop that is left would close the connection before the refusal is sent.
  const reader = request.body?.getReader();
  for (let read = await reader?.read(); read?.done === false; read = await reader?.read()) {
    size += read.value.byteLength;
    if (size > maxBody)
      throw refused(
        413,
        "LIMIT_EXCEEDED",
        "The body of the request is larger than this server takes (--max-body).",
      );
    chunks.push(read.value);
  }
  const text = Buffer.concat(chunks).toString("utf8");
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    throw refused(400, "BAD_USER_INPUT", "The body is not JSON; an object of arguments by name is wanted.");
  }
  if (typeof body !== "object" || body === null || Array.isArray(body))
    throw refused(400, "BAD_USER_INPUT", "The body is to be an object of arguments by name.");
  return body as Record<string, unknown>;
}

const unknown = (path: string): GraphQLError =>
  refused(
    404,
    "UNKNOWN_NAME",
    `There is no export ${JSON.stringify(path.slice(0, 80))}. There are ${exportTables.map((table) => PREFIX + table).join(", ")}, each as ${Object.keys(
      formats,
    )
      .map((name) => `.${name}`)
      .join(", ")}.`,
  );

/** A refusal with its HTTP status. */
export const refused = (
  status: number,
  code: string,
  message: string,
  headers: Readonly<Record<string, string>> = {},
): GraphQLError => new GraphQLError(message, { extensions: { code, http: { status, headers } } });
