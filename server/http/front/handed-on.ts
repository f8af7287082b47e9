import type { IncomingMessage } from "node:http";
import type { GraphQLError } from "graphql";

/** What the front tells the generic path of a request that it hands on. */
export interface HandedOn {
  readonly front?: {
    /** The request as the front knows it. */
    readonly asker: IncomingMessage;
    /** The door to open where the request is let in and answered. */
    readonly opens?: string;
    /** Why it is not worked on any more: all that is left to do is to say so. */
    readonly fault?: GraphQLError;
  };
}
