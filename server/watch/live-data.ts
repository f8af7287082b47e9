import { existsSync } from "node:fs";
import { readdir, rm } from "node:fs/promises";
import { basename, join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import type { Logger } from "pino";
import type { Analyses } from "../../schema/analyses.js";
import type { ServingFault } from "../../schema/context.js";
import type { EngineOptions } from "../duckdb/engine.js";
import type { CacheSettings, SnapshotCache } from "../cache/snapshot-cache.js";
import type { SourceState } from "../cache/source-state.js";
import { type NoteTaker, openCache } from "../cached-snapshot.js";
import { DataFault, messageOf } from "../errors.js";
import type { LoadProgress } from "../ingest/load.js";
import { databaseFileIn, type Growth, type Loaded, openLoaded } from "../snapshot.js";
import { makeSnapshotFolder, type SnapshotFolder } from "../snapshot-folder.js";
import { Snapshots, type SnapshotsOptions } from "../snapshots.js";
import type { OlderSnapshot } from "../ingest/load-on.js";
import { Backoff } from "./backoff.js";
import type { BuildReply } from "./build.js";
import { Builder } from "./builder.js";
import { ChangeHints } from "./change-hints.js";
import { servingFaults } from "./faults.js";
import type { KeptFile } from "./kept-file.js";
import { findKeptStart, keepStart, type KeptStart, stateBefore } from "./kept-start.js";
import { stampsOf } from "./stamps.js";

export interface LiveDataOptions extends SnapshotsOptions {
  /** Files, folders and glob patterns. */
  readonly sources: readonly string[];
  readonly analyses: Analyses;
  readonly log: Logger;
  readonly signal: AbortSignal;
  /** What is kept from start to start; null: nothing. */
  readonly cache?: CacheSettings | null;
  readonly onProgress?: (progress: LoadProgress) => void;
  /** How often the files are looked at where the system gives no hint, in milliseconds. */
  readonly pollEvery?: number;
  /** How long a file rests before its last line is taken as it is, in milliseconds. */
  readonly settle?: number;
  readonly engine?: EngineOptions;
}

const POLL_EVERY = 1000;
const SETTLE = 10_000;
/** Changes that come together are loaded together. */
const GATHER = 150;

/** Keeps the served snapshot up with the files: builds beside the running one, and swaps. */
export class LiveData {
  readonly #stop = new AbortController();
  readonly #signal: AbortSignal;
  readonly #builder = new Builder();
  readonly #hints = new ChangeHints(() => this.#wake());
  #running: Promise<void> = Promise.resolve();
  #wake = (): void => undefined;
  #kept: readonly KeptFile[] = [];
  #manifests: string | null = null;
  /** Of what is served now. */
  #older: OlderSnapshot | null = null;
  #builds = 0;
  #stamps = "";
  /** When to look though nothing changed. */
  #again = Infinity;
  readonly #backoff = new Backoff();
  #isFromCache = false;
  /** Set by the first build. */
  #snapshots: Snapshots | null = null;

  private constructor(
    private readonly options: LiveDataOptions,
    private copies: SnapshotFolder,
  ) {
    this.#signal = AbortSignal.any([options.signal, this.#stop.signal]);
  }

  /** Loads the sources, and follows them from then on. @throws DataFault where they cannot be used at first. */
  static async start(options: LiveDataOptions): Promise<LiveData> {
    const live = new LiveData(options, await makeSnapshotFolder());
    try {
      const onNote: NoteTaker = (note, isFault) => options.log[isFault ? "warn" : "info"](note);
      const cache = await openCache(options.cache ?? null, onNote);
      const found = cache && (await live.#serveKept(cache, onNote));
      if (found) live.#running = live.#check(found).then(() => live.#follow());
      else {
        const before = cache && (await stateBefore(options.sources));
        await live.#look();
        const keeping = cache && before && live.#keep(cache, before);
        live.#running = Promise.all([keeping, live.#follow()]).then(() => undefined);
      }
      return live;
    } catch (error) {
      live.#builder.close();
      await live.copies.remove();
      throw error;
    }
  }

  /** Whether an earlier start had kept what is served first. */
  get isFromCache(): boolean {
    return this.#isFromCache;
  }

  get snapshots(): Snapshots {
    if (!this.#snapshots) throw new Error("Nothing is loaded yet.");
    return this.#snapshots;
  }

  /** Stops looking, and a build under way with it; the snapshots stay. */
  async close(): Promise<void> {
    this.#stop.abort(new Error("The server is stopping."));
    await this.#running;
    this.#builder.close();
    this.#hints.close();
    await this.copies.remove();
  }

  async #follow(): Promise<void> {
    const { pollEvery = POLL_EVERY, log } = this.options;
    while (!this.#signal.aborted) {
      await this.#hintOr(Math.min(pollEvery, Math.max(0, this.#again - Date.now())));
      if (this.#signal.aborted) return;
      const { stamps } = await stampsOf(this.options.sources, this.#kept);
      if (stamps === this.#stamps && Date.now() < this.#again) continue;
      await wait(GATHER);
      const started = performance.now();
      try {
        await this.#look();
      } catch (error) {
        if (this.#signal.aborted) return;
        // A builder that was killed, or a full disk, is no fault of the files: they need not change.
        const again = this.#backoff.next();
        this.#again = Date.now() + again;
        log.error({ err: error, again }, "the data cannot be loaded again");
        this.#report([{ dataset: null, message: "The data cannot be loaded again; the log says why." }]);
      }
      // Whatever the files do, the machine is left to the requests half of the time.
      await wait(performance.now() - started, undefined, { signal: this.#signal }).catch(() => undefined);
    }
  }

  /** Waits for a hint, or so long. */
  #hintOr(milliseconds: number): Promise<void> {
    return new Promise((resolve) => {
      const end = (): void => {
        clearTimeout(timer);
        this.#signal.removeEventListener("abort", end);
        resolve();
      };
      const timer = setTimeout(end, milliseconds);
      this.#signal.addEventListener("abort", end, { once: true });
      this.#wake = end;
    });
  }

  /** Serves what an earlier start kept of the files as they are; null where there is nothing to serve. */
  async #serveKept(cache: SnapshotCache, onNote: NoteTaker): Promise<KeptStart | null> {
    const found = await findKeptStart(cache, this.options.sources, onNote, this.#signal);
    if (!found) return null;
    const folder = await makeSnapshotFolder();
    try {
      await this.#open(found.loaded, found.kept, found.manifests, folder);
    } catch (error) {
      await folder.remove();
      onNote(`the files are loaded: what was kept cannot be opened: ${messageOf(error)}`, true);
      return null;
    }
    this.#isFromCache = true;
    return found;
  }

  /** Reads what was kept in full; where it proves wrong, all is loaded at the next look. */
  async #check({ verify }: KeptStart): Promise<void> {
    const { log } = this.options;
    try {
      const fault = await verify(this.#signal);
      if (fault === null) return log.info("the cache was read in full: it is what the files hold");
      log.error({ reason: fault }, "what is served is wrong; the files are loaded anew");
    } catch (error) {
      if (this.#signal.aborted) return;
      log.error({ err: error }, "the cache cannot be read in full; the files are loaded anew");
    }
    this.#report([{ dataset: null, message: "The data are loaded anew; the log says why." }]);
    [this.#manifests, this.#older] = [null, null];
  }

  /** Keeps the first version for the next start. It stays open until that is done. */
  async #keep(cache: SnapshotCache, before: SourceState): Promise<void> {
    const { log } = this.options;
    const [{ snapshot, release }, kept] = [this.snapshots.acquire(this.snapshots.current), this.#kept];
    const reason = await keepStart(cache, before, snapshot, kept, this.#signal).catch(messageOf);
    release();
    if (reason !== null && !this.#signal.aborted)
      log.info(`what was loaded is not kept for the next start: ${reason}`);
  }

  /** Builds what the files hold now, and serves it. */
  async #look(): Promise<void> {
    // The state before the build: what changes during it is looked at again.
    const { stamps, files } = await stampsOf(this.options.sources, this.#kept);
    this.#stamps = stamps;
    this.#hints.follow([...files.map(({ path }) => path), ...files.map(({ folder }) => join(folder, "any"))]);
    this.#builds += 1;
    if (!existsSync(this.copies.path)) await this.#renewCopies();
    const folder = await makeSnapshotFolder();
    let isServed = false;
    try {
      const reply = await this.#builder.build(
        {
          sources: this.options.sources,
          copies: this.copies.path,
          number: this.#builds,
          databaseFile: databaseFileIn(folder),
          kept: this.#kept,
          older: this.#older,
          manifests: this.#manifests,
          settle: this.options.settle ?? SETTLE,
        },
        this.#signal,
        this.options.onProgress,
      );
      isServed = await this.#take(reply, folder);
    } finally {
      if (!isServed) await folder.remove();
    }
  }

  async #take(reply: BuildReply, folder: SnapshotFolder): Promise<boolean> {
    const { log } = this.options;
    if (reply.kind === "refused") {
      if (!this.#snapshots) throw new DataFault(reply.message);
      if (!reply.mayPass) this.#backoff.reset();
      this.#again = reply.mayPass ? Date.now() + this.#backoff.next() : Infinity;
      await this.#removeOldCopies();
      log.error({ reason: reply.message }, "the data cannot be loaded again; the last version stays");
      const why = reply.told ?? "The data cannot be loaded as they are now; the log says why.";
      this.#report([{ dataset: null, message: why }]);
      return false;
    }
    const faults = servingFaults(reply.kept, reply.faults, this.#snapshots?.faults ?? [], log);
    if (reply.kind === "built") {
      const { catalogue, files: read } = reply.data;
      const databaseFile = databaseFileIn(folder);
      const isFirst = this.#snapshots === null;
      await this.#open({ catalogue, read, leftOut: [], databaseFile }, reply.kept, reply.manifests, folder);
      if (!isFirst)
        log.info({ dataVersion: catalogue.version, isWhole: reply.isWhole }, "new data are served");
    }
    this.#kept = reply.kept;
    this.#again = Date.now() + this.#rest(reply.kept);
    this.#report(faults);
    await this.#removeOldCopies();
    return reply.kind === "built";
  }

  /** Opens what was loaded of these files, and swaps it in. */
  async #open(
    loaded: Loaded,
    kept: readonly KeptFile[],
    manifests: string,
    folder: SnapshotFolder,
  ): Promise<void> {
    const growth = new Map<string, Growth>(
      kept.flatMap(({ file, good }) => (good ? [[file.name, good]] : [])),
    );
    const next = await openLoaded(loaded, folder, this.options.analyses, growth, this.options.engine);
    this.#manifests = manifests;
    this.#kept = kept;
    this.#older = { catalogue: loaded.catalogue, files: loaded.read, databaseFile: loaded.databaseFile };
    if (this.#snapshots) this.#snapshots.swap(next);
    else this.#snapshots = new Snapshots(next, this.options);
  }

  /** Milliseconds until these files are to be looked at again though they stay as they are. */
  #rest(kept: readonly KeptFile[]): number {
    const waits = Math.min(...kept.map(({ due }) => due ?? Infinity)) - Date.now();
    const fails = kept.some(({ mayPass }) => mayPass);
    if (!fails) this.#backoff.reset();
    return Math.max(100, Math.min(waits, fails ? this.#backoff.next() : Infinity));
  }

  #report(faults: readonly ServingFault[]): void {
    if (this.#snapshots) this.#snapshots.faults = faults;
  }

  /** Somebody removed the folder: the files are copied again. */
  async #renewCopies(): Promise<void> {
    await this.copies.remove();
    this.copies = await makeSnapshotFolder();
  }

  async #removeOldCopies(): Promise<void> {
    const wanted = new Set(
      this.#kept.flatMap(({ good }) => (good?.path == null ? [] : [basename(good.path)])),
    );
    for (const name of await readdir(this.copies.path).catch((): string[] => [])) {
      if (!wanted.has(name)) await rm(join(this.copies.path, name), { force: true });
    }
  }
}
