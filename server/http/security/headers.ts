import type { Plugin } from "graphql-yoga";

/** On every response. */
export const SECURITY_HEADERS = {
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
  "referrer-policy": "no-referrer",
  "cross-origin-resource-policy": "same-origin",
  // What is no page may load nothing, wherever a browser is made to show it.
  "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
};

/** Security headers on every response; a page's own content policy stays. */
export const securityHeaders = (): Plugin => ({
  onResponse({ response }) {
    for (const [name, value] of Object.entries(SECURITY_HEADERS)) {
      if (!response.headers.has(name)) response.headers.set(name, value);
    }
  },
});
