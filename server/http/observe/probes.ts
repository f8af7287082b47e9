import type { Plugin } from "graphql-yoga";
import type { Snapshots } from "../../snapshots.js";
import type { Metrics } from "./metrics.js";

/** Whether requests are still taken. */
export interface Readiness {
  stopping: boolean;
}

/** Anew for each response: the response notes its length in them. */
const textHeaders = () => ({ "content-type": "text/plain; charset=utf-8", "cache-control": "no-store" });

/** Answers /health (the process is alive), /ready (data are loaded, and it is not stopping) and /metrics. */
export const probes = (snapshots: Snapshots, metrics: Metrics, readiness: Readiness): Plugin => ({
  async onRequest({ request, url, endResponse, fetchAPI }) {
    if (request.method !== "GET" && request.method !== "HEAD") return;
    switch (url.pathname) {
      case "/health":
        return endResponse(new fetchAPI.Response("alive\n", { headers: textHeaders() }));
      case "/ready": {
        if (readiness.stopping)
          return endResponse(new fetchAPI.Response("stopping\n", { status: 503, headers: textHeaders() }));
        return endResponse(
          new fetchAPI.Response(`ready ${snapshots.current.catalogue.version}\n`, { headers: textHeaders() }),
        );
      }
      case "/metrics":
        return endResponse(
          new fetchAPI.Response(await metrics.text(), {
            headers: { ...textHeaders(), "content-type": metrics.contentType },
          }),
        );
    }
  },
});
