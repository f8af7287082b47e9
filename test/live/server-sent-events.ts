import { onTestFinished } from "vitest";

/** What one subscription receives. */
export interface Events {
  /** The next event's data; null where the server ended the subscription. */
  next(): Promise<unknown>;
  close(): void;
}

interface Received {
  readonly event: string;
  readonly data: string;
}

/** Subscribes over server-sent events. */
export async function eventsOf(url: string, body: object): Promise<Events> {
  const stop = new AbortController();
  onTestFinished(() => stop.abort());
  const response = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json", accept: "text/event-stream" },
    body: JSON.stringify(body),
    signal: stop.signal,
  });
  if (!response.body) throw new Error(`no body: ${response.status}`);
  const events = read(response.body);
  // The first comment comes when the subscription stands.
  await events.next();
  return {
    async next() {
      for (;;) {
        const next: IteratorResult<Received, unknown> = await events.next();
        if (next.done === true || next.value.event === "complete") return null;
        if (next.value.event === "next") return JSON.parse(next.value.data) as unknown;
      }
    },
    close: () => stop.abort(),
  };
}

async function* read(body: ReadableStream<Uint8Array>): AsyncGenerator<Received> {
  const decoder = new TextDecoder();
  let text = "";
  for await (const piece of body) {
    text += decoder.decode(piece, { stream: true });
    for (let end = text.indexOf("\n\n"); end >= 0; end = text.indexOf("\n\n")) {
      const lines = text.slice(0, end).split("\n");
      text = text.slice(end + 2);
      const field = (name: string): string =>
        lines
          .find((line) => line.startsWith(`${name}:`))
          ?.slice(name.length + 1)
          .trim() ?? "";
      yield { event: field("event"), data: field("data") };
    }
  }
}
