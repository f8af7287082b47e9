import type { Round } from "../rounds.js";

/** Who asks whom for what. */
export interface Party {
  readonly url: string;
  /** Bodies of requests, which are asked in turn. */
  readonly bodies: readonly string[];
  readonly connections: number;
}

/** What the process of the load generator is told: a party to make ready, or one to ask for a while. */
export type Order =
  | { readonly kind: "make"; readonly party: Party }
  | { readonly kind: "ask"; readonly party: number; readonly milliseconds: number };

/** What it says to each order: the number of the party that it has made, a round, or what went wrong. */
export type Reply =
  | { readonly kind: "made"; readonly party: number }
  | { readonly kind: "asked"; readonly round: Round }
  | { readonly kind: "failed"; readonly message: string };
