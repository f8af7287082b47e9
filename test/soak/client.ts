import { once } from "node:events";
import { type IncomingMessage, request } from "node:http";
import { setTimeout as wait } from "node:timers/promises";

/** What came of a request. */
export interface Received {
  readonly status: number;
  readonly headers: IncomingMessage["headers"];
  readonly text: string;
}

export interface Manners {
  /** Goes away after so many milliseconds; null: it stays. */
  readonly leavesAfter: number | null;
  /** Takes nothing for so long when the answer has begun, and reads on then; null: it reads at once. */
  readonly stopsFor: number | null;
}

/** Asks over a connection of its own. @throws where the answer is not whole, or the client has left. */
export async function exchange(
  url: string,
  body: object | null,
  { leavesAfter, stopsFor }: Manners,
): Promise<Received> {
  const leaving = new AbortController();
  const timer = leavesAfter === null ? undefined : setTimeout(() => leaving.abort(), leavesAfter);
  const sent = body === null ? null : JSON.stringify(body);
  const asked = request(url, {
    method: sent === null ? "GET" : "POST",
    agent: false,
    signal: leaving.signal,
    headers:
      sent === null ? {} : { "content-type": "application/json", "content-length": Buffer.byteLength(sent) },
  });
  asked.end(sent ?? undefined);
  try {
    const [answer] = (await once(asked, "response")) as [IncomingMessage];
    if (stopsFor !== null) await wait(stopsFor);
    let text = "";
    for await (const piece of answer.setEncoding("utf8")) text += piece as string;
    // One that was broken off while nothing was read of it ends without a word.
    if (!answer.complete) throw new Error("the connection ended before the answer did");
    return { status: answer.statusCode ?? 0, headers: answer.headers, text };
  } finally {
    clearTimeout(timer);
    asked.destroy();
  }
}
