import type { CORSOptions } from "graphql-yoga";
import type { SecuritySettings } from "../service-settings.js";
import { isLoopbackOrigin } from "./security/hosts.js";

/**
 * Which sites' pages may read answers: those of the allow list, and those that this machine serves (an
 * app under development, on a port of its own) while nobody else is served.
 */
export const crossOrigin =
  (security: SecuritySettings) =>
  (request: Request): CORSOptions => {
    const origin = request.headers.get("origin");
    if (origin === null || !isAllowedOrigin(origin, security)) return false;
    return {
      origin: [origin],
      methods: ["GET", "POST"],
      exposedHeaders: [
        "x-request-id",
        "retry-after",
        "etag",
        "x-data-version",
        "x-row-count",
        "content-disposition",
      ],
      credentials: false,
      maxAge: 600,
    };
  };

/** Whether pages of an origin may ask. */
export const isAllowedOrigin = (origin: string, { origins, loopbackOrigins }: SecuritySettings): boolean =>
  origins.includes(origin) || (loopbackOrigins && isLoopbackOrigin(origin));
