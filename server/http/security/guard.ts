import type { Plugin } from "graphql-yoga";
import type { SecuritySettings } from "../../service-settings.js";
import { isAllowedOrigin } from "../cross-origin.js";
import { isLoopback } from "./hosts.js";

/** Answered to anyone: whoever looks after the process has no token. */
const OPEN = new Set(["/health", "/ready"]);

interface Refusal {
  readonly status: number;
  readonly code: string;
  readonly message: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Turns away, before anything is read, whoever may not ask: by token, by site, and by the name asked for. */
export const guard = (security: SecuritySettings): Plugin => ({
  onRequest({ request, url, endResponse, fetchAPI }) {
    const refused =
      foreignHost(url, security) ?? foreignSite(request, security) ?? stranger(request, url, security);
    if (!refused) return;
    const { status, code, message, headers } = refused;
    const body = JSON.stringify({ errors: [{ message, extensions: { code } }] });
    endResponse(
      new fetchAPI.Response(body, {
        status,
        headers: { "content-type": "application/json; charset=utf-8", ...headers },
      }),
    );
  },
});

/** A site whose name was made to lead to this machine would count as the server's own pages (DNS rebinding). */
function foreignHost({ hostname }: URL, { hosts }: SecuritySettings): Refusal | null {
  if (hosts === null || isLoopback(hostname) || hosts.includes(hostname)) return null;
  return {
    status: 421,
    code: "UNKNOWN_HOST",
    message: `This server does not answer to the name ${JSON.stringify(hostname.slice(0, 80))}. Behind a proxy, name it with --allow-host.`,
  };
}

/** Browsers say which site's page asks. What other sites' pages send is refused, not only hidden from them. */
function foreignSite(request: Request, security: SecuritySettings): Refusal | null {
  const origin = request.headers.get("origin");
  const isForeign =
    origin === null
      ? request.headers.get("sec-fetch-site") === "cross-site" &&
        request.headers.get("sec-fetch-mode") !== "navigate"
      : !isAllowedOrigin(origin, security) && hostOf(origin) !== request.headers.get("host");
  if (!isForeign) return null;
  return {
    status: 403,
    code: "FOREIGN_ORIGIN",
    message: "Pages of this site may not ask this server. Allow it with --allow-origin.",
  };
}

const hostOf = (origin: string): string | null => (URL.canParse(origin) ? new URL(origin).host : null);

function stranger(request: Request, { pathname }: URL, { tokens }: SecuritySettings): Refusal | null {
  if (tokens === null || OPEN.has(pathname) || request.method === "OPTIONS") return null;
  if (tokens.admits(request.headers.get("authorization"))) return null;
  const isPage = request.headers.get("accept")?.includes("text/html") === true;
  return {
    status: 401,
    code: "UNAUTHENTICATED",
    message: "A bearer token is needed: Authorization: Bearer <token>.",
    // A browser asks its user for a name and a password: any name, and the token.
    headers: {
      "www-authenticate": isPage ? 'Basic realm="sweepql", charset="UTF-8"' : 'Bearer realm="sweepql"',
    },
  };
}
