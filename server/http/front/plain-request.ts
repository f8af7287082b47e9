import type { IncomingMessage } from "node:http";

/** Where a plain request has what it asks. */
export type Form = "body" | "url";

/** Null for a request in any other form than most: it is for the generic path. */
export function formOf(request: IncomingMessage, endpoint: string, maxBody: number): Form | null {
  const { method, url = "", headers } = request;
  // It holds for any answer, if only there is one: that is known once it was worked out.
  if (headers["if-none-match"]?.trim() === "*") return null;
  if (method === "GET") return url.startsWith(`${endpoint}?`) ? "url" : null;
  if (method !== "POST" || url !== endpoint || headers["content-encoding"] !== undefined) return null;
  if (!/^application\/json\s*(;|$)/i.test(headers["content-type"] ?? "")) return null;
  const length = Number(headers["content-length"]);
  return length > 0 && length <= maxBody ? "body" : null;
}

/** The body of a request whose length is known; null where the client goes away before its end. */
export const bodyOf = (request: IncomingMessage): Promise<Buffer | null> =>
  new Promise((resolve) => {
    const pieces: Buffer[] = [];
    request.on("data", (piece: Buffer) => pieces.push(piece));
    request.once("end", () => resolve(pieces.length === 1 ? (pieces[0] as Buffer) : Buffer.concat(pieces)));
    request.once("close", () => resolve(null));
  });
