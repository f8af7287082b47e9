import type { ExportPlan } from "../../../schema/exports/export-plan.js";
import { planExport } from "../../../schema/exports/plan-export.js";
import { encodeExport } from "../../export/encode.js";
import { type PreparedExport, prepareExport } from "../../export/prepare.js";
import type { RequestLimits } from "../../service-settings.js";
import type { Snapshot } from "../../snapshot.js";
import type { Snapshots } from "../../snapshots.js";
import { holds, TAGGED, tagOf } from "../entity-tag.js";
import type { Gate } from "../limits/gate.js";
import { stopping, timedOut } from "../limits/refusal.js";
import type { Records } from "../observe/records.js";
import { ExportStream } from "./export-stream.js";
import { ExportWork } from "./export-work.js";
import { gzipped } from "./gzipped.js";
import type { AskedExport } from "./request.js";

export interface ExportsOptions {
  readonly snapshots: Snapshots;
  readonly records: Records;
  /** Of exports alone: they take longer than queries, and must not keep them waiting. */
  readonly gate: Gate;
  readonly limits: RequestLimits;
  /** Whether messages may name what is like a wrong name. */
  readonly suggestions: boolean;
}

/** What is answered to a request: nothing new, what a file would be like, or its bytes. */
export interface ExportAnswer {
  readonly status: 200 | 304;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: ExportStream | null;
  /** Resolves when nothing is read any more, with the failure where there is one. */
  readonly over: Promise<Error | null>;
}

/** Reads exports, each from one version of the data, in bounded time, and knows which are under way. */
export class Exports {
  readonly #underWay = new Set<ExportWork>();

  constructor(private readonly options: ExportsOptions) {}

  /** Answers once the first rows have been read; rejects with what is refused, or fails, before. */
  async answer(request: Request, asked: AskedExport): Promise<ExportAnswer> {
    const { snapshots } = this.options;
    const lease = snapshots.acquire(snapshots.current);
    const work = this.#begin(request);
    work.atEnd(() => lease.release());
    try {
      const answer = await this.#answer(request, asked, lease.snapshot, work);
      if (!answer.body) await work.end(null);
      return { ...answer, over: work.over };
    } catch (error) {
      const failure = work.failureOf(error);
      await work.end(failure);
      throw failure;
    }
  }

  /** Waits for what is under way, aborts what is not done by then, and returns when nothing runs. */
  async drain(milliseconds: number): Promise<void> {
    const patience = setTimeout(() => {
      for (const work of this.#underWay) work.stop(stopping());
    }, milliseconds);
    while (this.#underWay.size > 0) await Promise.all([...this.#underWay].map(({ over }) => over));
    clearTimeout(patience);
  }

  /** Begins work that ends with the client's going away, or with the time limit, at the latest. */
  #begin(request: Request): ExportWork {
    const { exportTimeout } = this.options.limits;
    const work = new ExportWork();
    const leave = (): void => work.stop(request.signal.reason);
    if (request.signal.aborted) leave();
    request.signal.addEventListener("abort", leave, { once: true });
    const timer = setTimeout(
      () => work.stop(timedOut(exportTimeout, "--export-timeout")),
      exportTimeout * 1000,
    );
    this.#underWay.add(work);
    work.atEnd(() => {
      clearTimeout(timer);
      request.signal.removeEventListener("abort", leave);
      this.#underWay.delete(work);
    });
    return work;
  }

  async #answer(
    request: Request,
    asked: AskedExport,
    snapshot: Snapshot,
    work: ExportWork,
  ): Promise<Omit<ExportAnswer, "over">> {
    const { catalogue, schema } = snapshot;
    const { suggestions } = this.options;
    const { version } = catalogue;
    const plan = planExport(asked.table, asked.given, catalogue, { schema, suggestions });
    const tag = tagFor(request, asked, version);
    const headers = headersOf(asked, version, tag);
    if (tag !== null && holds(request.headers.get("if-none-match"), tag))
      return { status: 304, headers, body: null };
    const prepared = await this.#prepare(request, plan, snapshot, work);
    const described = {
      ...headers,
      ...(asked.isGzipped && { "content-encoding": "gzip" }),
      ...(prepared.isExact && { "x-row-count": String(prepared.rowCount) }),
    };
    if (request.method === "HEAD") return { status: 200, headers: described, body: null };
    const bytes = encodeExport(prepared, { ...asked, version });
    return {
      status: 200,
      headers: described,
      body: await this.#stream(request, bytes, asked.isGzipped, work),
    };
  }

  async #prepare(
    request: Request,
    plan: ExportPlan,
    { store }: Snapshot,
    work: ExportWork,
  ): Promise<PreparedExport> {
    const { records, gate, limits } = this.options;
    const { signal } = work;
    await gate.enter(signal);
    work.atEnd(() => gate.leave());
    const prepared = await records.run(request, () =>
      prepareExport(plan, store, { signal, maxValues: limits.maxExport }),
    );
    const requested = prepared.rowCount * prepared.columns.length;
    records.of(request).cost = { requested, budget: limits.maxExport };
    return prepared;
  }

  /** Reads the first rows, and has the others read as they are taken. */
  async #stream(
    request: Request,
    bytes: AsyncGenerator<Uint8Array, void, undefined>,
    isGzipped: boolean,
    work: ExportWork,
  ): Promise<ExportStream> {
    const next = () => this.options.records.run(request, () => bytes.next());
    // What comes first may be a header without rows.
    const first = [await next(), await next()];
    async function* all(): AsyncGenerator<Uint8Array, void, undefined> {
      for (const { done, value } of first) if (done !== true) yield value;
      for (let read = await next(); read.done !== true; read = await next()) yield read.value;
    }
    const sent = isGzipped ? gzipped(all()) : all();
    const stream = new ExportStream(sent, async (failure) => {
      await work.end(failure && work.failureOf(failure), bytes);
      await sent.return();
    });
    const cut = (): void => void stream.destroy(work.failureOf(null));
    if (work.signal.aborted) cut();
    else work.signal.addEventListener("abort", cut, { once: true });
    return stream;
  }
}

/** What a POST asks for is in its body, and is answered each time. */
const tagFor = (
  { method }: Request,
  { table, format, spelling, given }: AskedExport,
  version: string,
): string | null =>
  method === "POST" ? null : tagOf(version, table, format.name, spelling, Object.entries(given).sort());

const headersOf = ({ table, format }: AskedExport, version: string, tag: string | null) => ({
  "content-type": format.mediaType,
  "content-disposition": `attachment; filename="${table}-${version}.${format.name}"`,
  "x-data-version": version,
  ...Object.fromEntries(TAGGED),
  ...(tag !== null && { etag: tag }),
});
