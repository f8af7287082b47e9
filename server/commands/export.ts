import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { rename, rm } from "node:fs/promises";
import { extname } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { GraphQLError } from "graphql";
import type { GivenArguments } from "../../schema/exports/arguments.js";
import { exportTables } from "../../schema/exports/export-plan.js";
import { planExport } from "../../schema/exports/plan-export.js";
import type { DataSettings } from "../config.js";
import { ConfigurationFault, UserFault, whyNotWritten, WriteFault } from "../errors.js";
import { encodeExport } from "../export/encode.js";
import { type Format, formatNames } from "../export/formats/format.js";
import { formatNamed } from "../export/formats/formats.js";
import { prepareExport } from "../export/prepare.js";
import { takeSpelling } from "../export/spelling.js";
import { loadData } from "./load-data.js";
import { Progress } from "./progress.js";
import { counted, grouped, type Terminal } from "./terminal.js";
import { visible } from "./visible.js";

export interface ExportOptions extends DataSettings {
  readonly table: string;
  /** Default: by the extension of `out`, else CSV. */
  readonly format?: string;
  /** A file, or - for standard output, which is the default. */
  readonly out?: string;
  /** As the API takes them. */
  readonly given: GivenArguments;
}

/** Writes one table to a file or to standard output; a file appears when it is whole, or not at all. */
export async function exportData(options: ExportOptions, terminal: Terminal): Promise<number> {
  const table = exportTables.find((one) => one === options.table);
  if (!table)
    throw new ConfigurationFault([
      `${JSON.stringify(options.table)} cannot be exported; there are ${exportTables.join(", ")}.`,
    ]);
  const out = options.out === "-" ? undefined : options.out;
  const format = formatOf(options.format, out);
  if (out === undefined && !format.isText && terminal.stdout.isTTY)
    throw new ConfigurationFault([
      `${format.name} is not for a terminal. Name a file: --out ${table}.${format.name}.`,
    ]);
  const snapshot = await loadData(options, terminal);
  const progress = new Progress(terminal.stderr);
  try {
    const { spelling, given } = takeSpelling(options.given, format);
    const plan = planExport(table, given, snapshot.catalogue, { schema: snapshot.schema });
    const prepared = await prepareExport(plan, snapshot.store, {
      signal: terminal.stop,
      maxValues: Infinity,
    });
    const all = `${prepared.isExact ? "" : "up to "}${counted(prepared.rowCount, "row")}`;
    let written = 0;
    const bytes = encodeExport(prepared, {
      format,
      spelling,
      version: snapshot.catalogue.version,
      onRows: (rows) => {
        written = rows;
        progress.show(`Exporting ${grouped(rows)} of ${all}`);
      },
    });
    if (out === undefined) await writeTo(terminal.stdout, bytes, terminal.stop);
    else await writeFile(out, bytes, terminal.stop);
    progress.end();
    if (out !== undefined) terminal.stdout.write(`${visible(out)}  ${counted(written, "row")}\n`);
    return 0;
  } catch (error) {
    throw asUserFault(error);
  } finally {
    progress.end();
    await snapshot.close();
  }
}

function formatOf(named: string | undefined, out: string | undefined): Format {
  const extension = out === undefined ? "" : extname(out).slice(1);
  const name = named ?? (extension === "" ? "csv" : extension);
  const format = formatNamed(name);
  if (format) return format;
  const [place, found] = named === undefined ? ["--out", out] : ["--format", named];
  throw new ConfigurationFault([
    `${place}: ${JSON.stringify(found)} names no format; there are ${formatNames.join(", ")}.`,
  ]);
}

async function writeTo(
  stream: NodeJS.WriteStream,
  bytes: AsyncIterable<Uint8Array>,
  signal: AbortSignal,
): Promise<void> {
  for await (const chunk of bytes) {
    signal.throwIfAborted();
    if (!stream.write(chunk)) await once(stream, "drain", { signal });
  }
}

/** Under another name until all is written. */
async function writeFile(path: string, bytes: AsyncIterable<Uint8Array>, signal: AbortSignal): Promise<void> {
  const part = `${path}.${process.pid}.part`;
  try {
    await pipeline(Readable.from(bytes), createWriteStream(part, { flags: "wx" }), { signal });
    await rename(part, path);
  } catch (error) {
    await rm(part, { force: true });
    signal.throwIfAborted();
    const reason = whyNotWritten(error);
    throw reason === null ? error : new WriteFault(`--out: ${JSON.stringify(path)}: ${reason}.`);
  }
}

/** What the API would tell its client is what is told here. */
const asUserFault = (error: unknown): unknown =>
  error instanceof GraphQLError && typeof error.extensions["code"] === "string"
    ? new UserFault(error.message, error.extensions["code"])
    : error;
