import { asError } from "../errors.js";
import type { LoadProgress } from "../ingest/load.js";
import { build, type BuildReply, type BuildRequest } from "./build.js";

/** What the building process says to the one that started it. */
export type BuildMessage =
  | { readonly kind: "progress"; readonly progress: LoadProgress }
  | { readonly kind: "reply"; readonly reply: BuildReply }
  | { readonly kind: "failed"; readonly message: string; readonly stack: string };

// A server that dies takes its builder with it.
process.on("disconnect", () => process.exit(1));

const tell = (message: BuildMessage): void => void process.send?.(message);

process.on("message", (request: BuildRequest) => {
  build(request, (progress) => tell({ kind: "progress", progress }))
    .then(
      (reply): BuildMessage => ({ kind: "reply", reply }),
      (error: unknown): BuildMessage => {
        const { message, stack = "" } = asError(error);
        return { kind: "failed", message, stack };
      },
    )
    .then((message) => tell(message))
    .catch(() => process.exit(1));
});
