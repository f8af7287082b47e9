import type { CORSOptions } from "graphql-yoga";

/**
 * Pages that this machine serves (an app under development, on a port of its own) may ask; other web
 * sites that happen to be open in the same browser may not read the answers.
 */
export function crossOrigin(request: Request): CORSOptions {
  const origin = request.headers.get("origin");
  if (origin === null || !isLoopback(origin)) return false;
  return { origin: [origin], methods: ["GET", "POST"], exposedHeaders: ["x-request-id"], credentials: false };
}

function isLoopback(origin: string): boolean {
  const host = URL.canParse(origin) ? new URL(origin).hostname : "";
  return (
    host === "localhost" || host.endsWith(".localhost") || host === "[::1]" || /^127(\.\d+){3}$/.test(host)
  );
}
