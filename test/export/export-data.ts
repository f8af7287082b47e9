import type { GivenArguments } from "../../schema/exports/arguments.js";
import type { ExportTable } from "../../schema/exports/export-plan.js";
import { planExport } from "../../schema/exports/plan-export.js";
import type { Store } from "../../schema/store.js";
import { encodeExport } from "../../server/export/encode.js";
import { formatNamed } from "../../server/export/formats/formats.js";
import { prepareExport } from "../../server/export/prepare.js";
import { takeSpelling } from "../../server/export/spelling.js";
import type { Service } from "../api/harness.js";

export interface Wanted {
  readonly table: ExportTable;
  readonly format: string;
  readonly args?: GivenArguments;
  readonly batchValues?: number;
  readonly store?: Store;
  readonly signal?: AbortSignal;
}

/** The chunks of an export, as they are made. */
export async function* chunksOf(
  service: Pick<Service, "catalogue" | "schema" | "store">,
  { table, format: name, args = {}, batchValues, store = service.store, signal }: Wanted,
): AsyncGenerator<Uint8Array, void, undefined> {
  const format = formatNamed(name);
  if (!format) throw new Error(`no format ${name}`);
  const { spelling, given } = takeSpelling(args, format);
  const plan = planExport(table, given, service.catalogue, { schema: service.schema });
  const prepared = await prepareExport(plan, store, {
    signal: signal ?? new AbortController().signal,
    maxValues: 1e9,
    ...(batchValues !== undefined && { batchValues }),
  });
  yield* encodeExport(prepared, { format, spelling, version: service.catalogue.version });
}

/** A whole export, in process. */
export async function exportBytes(...wanted: Parameters<typeof chunksOf>): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of chunksOf(...wanted)) chunks.push(chunk);
  return Buffer.concat(chunks);
}
