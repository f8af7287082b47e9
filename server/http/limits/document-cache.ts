import type { DocumentNode } from "graphql";
import { LRUCache } from "lru-cache";

/**
 * Characters of documents that one cache keeps. A parsed document takes some two hundred bytes a
 * character: whoever sends ever new ones must not fill the memory.
 */
export const KEPT_CHARACTERS = 500_000;

const bounded = <T extends object>(): LRUCache<string, T> =>
  new LRUCache({ maxSize: KEPT_CHARACTERS, sizeCalculation: (_, text) => text.length + 100 });

/** What Yoga keeps of documents: parsed, or why they are none. */
export const documentCaches = () => ({
  documentCache: bounded<DocumentNode>(),
  errorCache: bounded<Error>(),
});
