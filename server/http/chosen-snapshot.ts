import type { Plugin } from "graphql-yoga";
import { cursorPrefix, cursorVersion } from "../../schema/cursor.js";
import type { Snapshot } from "../snapshot.js";
import type { Snapshots } from "../snapshots.js";
import { cursorsAsked } from "./cursors-asked.js";

interface Asked {
  readonly request: Request;
  readonly params: { readonly query?: unknown; readonly variables?: unknown };
}

/** Chooses, before a request is parsed, the one snapshot that all of it is validated against and answered from. */
export class ChosenSnapshot {
  readonly #byRequest = new WeakMap<Request, Snapshot>();

  constructor(private readonly snapshots: Snapshots) {}

  /** What the request reads; the current snapshot where it came to no query. */
  of(request: Request): Snapshot {
    return this.#byRequest.get(request) ?? this.snapshots.current;
  }

  /** The schema goes with the snapshot; Yoga's caches are by schema. */
  plugin(): Plugin {
    return {
      onEnveloped: ({ setSchema, context }) => {
        const { request, params } = context as unknown as Asked;
        const snapshot = this.choose(params);
        this.#byRequest.set(request, snapshot);
        setSchema(snapshot.schema);
      },
    };
  }

  /** The version that a cursor of the request pins, while it is kept; else the current one. */
  choose({ query, variables }: Asked["params"]): Snapshot {
    const { current, older } = this.snapshots;
    if (older.length === 0 || typeof query !== "string") return current;
    // Hardly any request has a cursor of an older version: only those are looked at closely.
    const text = query + (variables ? JSON.stringify(variables) : "");
    const named = older.filter(({ catalogue }) => text.includes(cursorPrefix(catalogue.version)));
    if (named.length === 0) return current;
    const versions = new Set(
      cursorsAsked(query, (variables ?? {}) as Record<string, unknown>).map(cursorVersion),
    );
    if (versions.has(current.catalogue.version)) return current;
    return named.find(({ catalogue }) => versions.has(catalogue.version)) ?? current;
  }
}
