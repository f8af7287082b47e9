import type { Plugin } from "graphql-yoga";
import type { Catalogue } from "../../../schema/catalogue.js";
import { playgroundAssets } from "./assets.js";
import { playgroundPage } from "./page.js";

/** What the page may load: our own files, and what they carry in them. Nothing leaves the machine. */
const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "font-src 'self' data:",
  "img-src 'self' data:",
  "connect-src 'self'",
  "worker-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

/** Answers browsers at the endpoint with the playground, and takes those that come to / there. */
export function playground(catalogue: Catalogue, endpoint: string): Plugin {
  const folder = `${endpoint}/playground/`;
  return {
    async onRequest({ request, url, fetchAPI, endResponse }) {
      if (request.method !== "GET") return;
      if (url.pathname === "/") {
        endResponse(new fetchAPI.Response(null, { status: 302, headers: { location: endpoint } }));
      } else if (url.pathname.startsWith(folder)) {
        const { hash, byName } = await playgroundAssets();
        const [version, name = ""] = url.pathname.slice(folder.length).split("/");
        const asset = version === hash ? byName.get(name) : undefined;
        if (!asset) return endResponse(new fetchAPI.Response(null, { status: 404 }));
        const isZipped = request.headers.get("accept-encoding")?.includes("gzip") === true;
        endResponse(
          new fetchAPI.Response(isZipped ? asset.zipped : asset.content, {
            headers: {
              "content-type": asset.type,
              "cache-control": "public, max-age=31536000, immutable",
              "x-content-type-options": "nosniff",
              vary: "accept-encoding",
              ...(isZipped && { "content-encoding": "gzip" }),
            },
          }),
        );
      } else if (url.pathname === endpoint && request.headers.get("accept")?.includes("text/html") === true) {
        const { hash } = await playgroundAssets();
        endResponse(
          new fetchAPI.Response(playgroundPage(catalogue, { endpoint, assets: `${folder}${hash}` }), {
            headers: {
              "content-type": "text/html; charset=utf-8",
              "cache-control": "no-cache",
              "content-security-policy": contentSecurityPolicy,
              "x-content-type-options": "nosniff",
              vary: "accept",
            },
          }),
        );
      }
    },
  };
}
