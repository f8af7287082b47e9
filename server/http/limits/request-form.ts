import { GraphQLError } from "graphql";
import type { Plugin } from "graphql-yoga";

const refused = (status: number, message: string): GraphQLError =>
  new GraphQLError(message, { extensions: { code: "BAD_REQUEST", http: { status } } });

/** Says what is wrong with a request that nothing can be read of: a compressed body, another type, variables that are no JSON. */
export const readable = (): Plugin => ({
  onRequestParse({ request, requestParser, setRequestParser }) {
    const { method, headers } = request;
    const encoding = headers.get("content-encoding");
    if (encoding !== null && encoding !== "identity")
      throw refused(415, "The body is compressed; this server reads plain ones only.");
    if (!requestParser) {
      if (method !== "POST") return;
      throw refused(415, "The content type is none that this server reads: send application/json.");
    }
    setRequestParser(async (asked) => {
      try {
        return await requestParser(asked);
      } catch (error) {
        // Yoga would tell the words of the parser, too.
        if (error instanceof GraphQLError && error.extensions["originalError"] !== undefined)
          throw refused(400, error.message);
        throw error instanceof SyntaxError
          ? refused(400, "The parameters `variables` and `extensions` must each be a JSON object.")
          : error;
      }
    });
  },
});
