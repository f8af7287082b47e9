import { useCSRFPrevention } from "@graphql-yoga/plugin-csrf-prevention";
import { GraphQLError } from "graphql";
import type { Plugin } from "graphql-yoga";

/** Any of them makes a browser ask first; the others are what common clients send. */
export const PREFLIGHT_HEADERS = ["x-sweepql-preflight", "x-graphql-yoga-csrf", "apollo-require-preflight"];

const { onRequestParse } = useCSRFPrevention({ requestHeaders: PREFLIGHT_HEADERS }) as {
  onRequestParse(event: { readonly request: Request }): void;
};

/** @throws PREFLIGHT_REQUIRED for what a browser sends for any page without asking first: a GET, a form, plain text. */
export function requirePreflight(request: Request): void {
  try {
    onRequestParse({ request });
  } catch {
    throw new GraphQLError(
      `A request needs the header ${PREFLIGHT_HEADERS[0]}, or a content type that browsers ask for first, such as application/json.`,
      { extensions: { code: "PREFLIGHT_REQUIRED", http: { status: 403 } } },
    );
  }
}

/** Refuses GraphQL requests that a browser sends without asking first. */
export const preflighted = (): Plugin => ({
  onRequestParse: ({ request }) => requirePreflight(request),
});
