import type { Served } from "./listen.js";

const MESSAGE = "The data are still being loaded.";

/** Answers while there are no data yet: the process lives, but is not ready. */
export const starting: Served = {
  listener(request, response) {
    request.resume();
    const [path] = (request.url ?? "").split("?", 1);
    const isProbe = request.method === "GET" || request.method === "HEAD";
    response.setHeader("cache-control", "no-store");
    response.setHeader("content-type", "text/plain; charset=utf-8");
    if (isProbe && path === "/health") {
      response.end("alive\n");
      return;
    }
    response.statusCode = 503;
    response.setHeader("retry-after", "2");
    if (isProbe && path === "/ready") {
      response.end("loading\n");
      return;
    }
    response.setHeader("content-type", "application/json; charset=utf-8");
    response.end(JSON.stringify({ errors: [{ message: MESSAGE, extensions: { code: "LOADING" } }] }));
  },
  drain: () => Promise.resolve(),
};
