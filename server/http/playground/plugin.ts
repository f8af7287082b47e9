import type { Plugin } from "graphql-yoga";
import type { Catalogue } from "../../../schema/catalogue.js";
import { playgroundAssets } from "./assets.js";
import { type FileLink, playgroundPage } from "./page.js";

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
export function playground(catalogue: () => Catalogue, endpoint: string, files: readonly FileLink[]): Plugin {
  const folder = `${endpoint}/playground/`;
  const answer = async (request: Request, { pathname, searchParams }: URL): Promise<Answer | null> => {
    if (pathname === "/") return { status: 302, headers: { location: endpoint } };
    if (pathname.startsWith(folder)) {
      const isZipped = request.headers.get("accept-encoding")?.includes("gzip") === true;
      return assetAnswer(pathname.slice(folder.length), isZipped);
    }
    const wantsPage = request.headers.get("accept")?.includes("text/html") === true;
    if (pathname !== endpoint || !wantsPage) return null;
    const { hash } = await playgroundAssets();
    const options = { endpoint, assets: `${folder}${hash}`, files, dataset: searchParams.get("dataset") };
    return pageAnswer(playgroundPage(catalogue(), options));
  };
  return {
    async onRequest(event) {
      if (event.request.method !== "GET") return;
      const answered = await answer(event.request, event.url);
      if (!answered) return;
      const { body = null, ...init } = answered;
      event.endResponse(new event.fetchAPI.Response(body, init));
    },
  };
}

interface Answer {
  readonly status: number;
  readonly headers?: Record<string, string>;
  readonly body?: string | Uint8Array<ArrayBuffer>;
}

const pageAnswer = (body: string): Answer => ({
  status: 200,
  headers: {
    "content-type": "text/html; charset=utf-8",
    "cache-control": "no-cache",
    "content-security-policy": contentSecurityPolicy,
    "x-content-type-options": "nosniff",
    vary: "accept",
  },
  body,
});

/** An asset by its path: the hash of them all, and its name. */
async function assetAnswer(path: string, isZipped: boolean): Promise<Answer> {
  const { hash, byName } = await playgroundAssets();
  const [version, name = "", ...rest] = path.split("/");
  const asset = version === hash && rest.length === 0 ? byName.get(name) : undefined;
  if (!asset) return { status: 404 };
  return {
    status: 200,
    headers: {
      "content-type": asset.type,
      "cache-control": "public, max-age=31536000, immutable",
      "x-content-type-options": "nosniff",
      vary: "accept-encoding",
      ...(isZipped && { "content-encoding": "gzip" }),
    },
    body: isZipped ? asset.zipped : asset.content,
  };
}
