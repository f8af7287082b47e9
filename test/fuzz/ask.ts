import type { App } from "../../server/http/app.js";

interface Answer {
  readonly data?: unknown;
  readonly errors?: readonly { readonly message: string; readonly extensions?: { readonly code?: string } }[];
}

/** As long as any request may take, on a slow machine. */
const PATIENCE = 60_000;

/** Asks a document; returns what is wrong with the answer, null where it is an answer or a named refusal. */
export async function faultOf(app: App, query: string): Promise<string | null> {
  const asked = async (): Promise<string | null> => {
    const response = await app.yoga.fetch("http://localhost/graphql", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ query }),
    });
    const text = await response.text();
    if (response.status >= 500 && response.status !== 503)
      return `status ${response.status}: ${text.slice(0, 300)}`;
    let answer: Answer;
    try {
      answer = JSON.parse(text) as Answer;
    } catch {
      return `no JSON: ${text.slice(0, 300)}`;
    }
    if (answer.data === undefined && answer.errors === undefined)
      return `neither data nor errors: ${text.slice(0, 300)}`;
    const unnamed = answer.errors?.find(
      ({ extensions }) => extensions?.code === undefined || extensions.code === "INTERNAL",
    );
    return unnamed ? `no named refusal: ${unnamed.message}` : null;
  };
  let timer: NodeJS.Timeout | undefined;
  const hang = new Promise<string>((resolve) => {
    timer = setTimeout(() => resolve("no answer within a minute"), PATIENCE);
  });
  const found = await Promise.race([asked(), hang]).catch((error: unknown) => `thrown: ${String(error)}`);
  clearTimeout(timer);
  return found;
}
