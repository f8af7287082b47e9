/** One block of a stream of server-sent events; both are empty where it is a comment. */
export interface ServerEvent {
  readonly event: string;
  readonly data: string;
}

/** The blocks of a stream of server-sent events, as far as they are whole. `read` brings what comes next. */
export async function* eventsOf(
  read: () => Promise<ReadableStreamReadResult<Uint8Array>>,
): AsyncGenerator<ServerEvent, void, undefined> {
  const decoder = new TextDecoder();
  let text = "";
  for (;;) {
    const { done, value } = await read();
    if (done) return;
    text += decoder.decode(value, { stream: true }).replaceAll("\r", "");
    const whole = text.split("\n\n");
    text = whole.pop() ?? "";
    for (const block of whole) {
      const field = (name: string): string =>
        block
          .split("\n")
          .filter((line) => line.startsWith(`${name}:`))
          .map((line) => line.slice(name.length + 1).replace(/^ /, ""))
          .join("\n");
      yield { event: field("event"), data: field("data") };
    }
  }
}
