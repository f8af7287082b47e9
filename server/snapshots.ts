import type { ServingFault } from "../schema/context.js";
import { servingFaultOf } from "./ingest/left-out.js";
import type { Snapshot } from "./snapshot.js";

export interface SnapshotsOptions {
  /** How long a version stays readable for its cursors after it was served or asked for last, in milliseconds. */
  readonly keepFor?: number;
  /**
   * As many older versions are kept at most: the one superseded last, then those that were paged
   * through since they were superseded, then others; among equals, those asked for last.
   */
  readonly keepAtMost?: number;
}

/** The right to read a snapshot: it stays open until it is released. */
export interface Lease {
  readonly snapshot: Snapshot;
  release(): void;
}

/** Five minutes: documented in the README. */
const KEEP_FOR = 5 * 60_000;
const KEEP_AT_MOST = 4;
/** A request that chose a version a moment before it was superseded still finds it. */
const KEEP_AT_LEAST = 10_000;

interface Entry {
  readonly snapshot: Snapshot;
  readers: number;
  /** Whether anybody may hold a cursor of it. */
  gaveCursors: boolean;
  /** Whether a cursor of it was used since it was superseded: whoever pages through it goes on. */
  isPaged: boolean;
  lastUsed: number;
}

/**
 * The versions of the data that can be read: the current one, and those that requests under way or
 * cursors still need. A snapshot is closed when it is neither kept nor read any more.
 */
export class Snapshots {
  readonly #keepFor: number;
  readonly #keepAtMost: number;
  readonly #older = new Set<Entry>();
  readonly #closing = new Set<Promise<void>>();
  readonly #listeners = new Set<() => void>();
  #faults: readonly ServingFault[] = [];
  #current: Entry;
  #timer: NodeJS.Timeout | undefined;

  constructor(first: Snapshot, { keepFor = KEEP_FOR, keepAtMost = KEEP_AT_MOST }: SnapshotsOptions = {}) {
    this.#current = entryOf(first);
    this.#faults = first.leftOut.map(servingFaultOf);
    this.#keepFor = keepFor;
    this.#keepAtMost = keepAtMost;
  }

  /** Why newer data than the current version's are not served; empty where there are none. The same list until it changes. */
  get faults(): readonly ServingFault[] {
    return this.#faults;
  }

  set faults(next: readonly ServingFault[]) {
    if (JSON.stringify(next) !== JSON.stringify(this.#faults)) this.#faults = next;
  }

  /** What a request reads that names no version. */
  get current(): Snapshot {
    return this.#current.snapshot;
  }

  /** Older versions that can still be read, the latest first. */
  get older(): readonly Snapshot[] {
    return [...this.#older].map(({ snapshot }) => snapshot).reverse();
  }

  /** @param givesCursors whether the answer may hold cursors, which keep the version readable for a while. */
  acquire(snapshot: Snapshot, givesCursors = false): Lease {
    const entry = this.#entryOf(snapshot);
    if (!entry) throw new Error(`Data version ${snapshot.catalogue.version} is closed.`);
    entry.readers += 1;
    entry.lastUsed = Date.now();
    entry.gaveCursors ||= givesCursors;
    entry.isPaged ||= givesCursors && entry !== this.#current;
    let released = false;
    return {
      snapshot,
      release: () => {
        if (released) return;
        released = true;
        entry.readers -= 1;
        entry.lastUsed = Date.now();
        this.#tidy();
      },
    };
  }

  /** Makes a snapshot the current one, schema and data at once; whoever reads the old one goes on reading it. */
  swap(next: Snapshot): void {
    const previous = this.#current;
    previous.lastUsed = Date.now();
    // A version that came back is read from its newest loading.
    for (const entry of this.#older) {
      if (entry.snapshot.catalogue.version === next.catalogue.version) entry.lastUsed = -Infinity;
    }
    this.#older.add(previous);
    void previous.snapshot.supersede();
    this.#current = entryOf(next);
    this.#tidy();
    for (const listener of this.#listeners) listener();
  }

  /** Calls the listener after every swap; the returned function ends that. */
  onSwap(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** Closes all versions. Call when nothing reads any of them. */
  async close(): Promise<void> {
    clearTimeout(this.#timer);
    this.#listeners.clear();
    const open = [...this.#older, this.#current];
    this.#older.clear();
    await Promise.all([...this.#closing, ...open.map(({ snapshot }) => snapshot.close())]);
  }

  #entryOf(snapshot: Snapshot): Entry | undefined {
    return [this.#current, ...this.#older].find((entry) => entry.snapshot === snapshot);
  }

  /** Closes what is kept no longer, and looks again when the next one's time is over. */
  #tidy(): void {
    const now = Date.now();
    const until = ({ gaveCursors, lastUsed }: Entry): number =>
      lastUsed + (gaveCursors ? this.#keepFor : Math.min(this.#keepFor, KEEP_AT_LEAST));
    const unread = [...this.#older].filter(({ readers }) => readers === 0);
    const last = [...this.#older].at(-1);
    const need = (entry: Entry): number => (entry === last ? 2 : Number(entry.isPaged));
    const byNeed = unread.sort((a, b) => need(b) - need(a) || until(b) - until(a));
    const room = Math.max(0, this.#keepAtMost - (this.#older.size - unread.length));
    for (const [place, entry] of byNeed.entries()) {
      if (place >= room || until(entry) <= now) this.#retire(entry);
    }
    clearTimeout(this.#timer);
    const next = Math.min(...[...this.#older].filter(({ readers }) => readers === 0).map(until));
    if (Number.isFinite(next)) this.#timer = setTimeout(() => this.#tidy(), next - now + 1).unref();
  }

  #retire(entry: Entry): void {
    this.#older.delete(entry);
    const closing = entry.snapshot.close().finally(() => this.#closing.delete(closing));
    this.#closing.add(closing);
  }
}

const entryOf = (snapshot: Snapshot): Entry => ({
  snapshot,
  readers: 0,
  gaveCursors: false,
  isPaged: false,
  lastUsed: Date.now(),
});
