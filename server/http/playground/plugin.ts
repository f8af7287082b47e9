import type { Plugin } from "graphql-yoga";
import type { Catalogue } from "../../../schema/catalogue.js";

export const playground = (_catalogue: Catalogue, endpoint: string): Plugin => ({
  onRequest({ url, fetchAPI, endResponse }) {
    if (url.pathname === "/") endResponse(new fetchAPI.Response(null, { status: 302, headers: { location: endpoint } }));
  },
});
