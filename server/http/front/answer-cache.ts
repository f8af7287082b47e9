import { LRUCache } from "lru-cache";
import type { Snapshots } from "../../snapshots.js";

/** An answer as it was sent. */
export interface CachedAnswer {
  readonly body: Buffer;
  /** But for the request's id. */
  readonly headers: readonly (readonly [string, string])[];
  /** Null where the method has none. */
  readonly tag: string | null;
  /** Of the request that was worked on: what the log tells of whoever asks the same again. */
  readonly operation: string | null;
  readonly hash: string;
  readonly cost: { readonly requested: number; readonly budget: number };
}

/** Bytes that an entry takes beside its body and key, about. */
const OVERHEAD = 1000;
/** The share of the room that one answer may take. */
const LARGEST = 1 / 16;

/**
 * Answers without errors from the current version of the data, by all that they hang on. None outlives
 * the version, nor a change of what is told of newer data.
 */
export class AnswerCache {
  readonly #answers: LRUCache<string, CachedAnswer> | null;
  #of: readonly [unknown, unknown];

  /** @param room bytes; 0 keeps none. */
  constructor(
    private readonly snapshots: Snapshots,
    private readonly room: number,
  ) {
    this.#answers =
      room > 0
        ? new LRUCache({
            maxSize: room,
            maxEntrySize: room * LARGEST,
            sizeCalculation: ({ body }, key) => body.length + 2 * key.length + OVERHEAD,
          })
        : null;
    this.#of = [snapshots.current, snapshots.faults];
  }

  /** Bytes that are kept. */
  get size(): number {
    return this.#answers?.calculatedSize ?? 0;
  }

  /** Whether an answer of so many bytes may be kept. */
  fits(bytes: number): boolean {
    return this.#answers !== null && bytes + OVERHEAD <= this.room * LARGEST;
  }

  /** Stands for what an answer that is now begun hangs on. */
  get revision(): unknown {
    return this.#revise();
  }

  find(key: string): CachedAnswer | undefined {
    if (!this.#answers) return undefined;
    this.#revise();
    return this.#answers.get(key);
  }

  /** Keeps an answer that was begun at a revision, unless there is a newer one. */
  keep(key: string, answer: CachedAnswer, revision: unknown): void {
    if (this.#revise() === revision) this.#answers?.set(key, answer);
  }

  #revise(): unknown {
    const { current, faults } = this.snapshots;
    if (this.#of[0] !== current || this.#of[1] !== faults) {
      this.#of = [current, faults];
      this.#answers?.clear();
    }
    return this.#of;
  }
}
