import { isDeepStrictEqual } from "node:util";
import type { App } from "../../server/http/app.js";

interface Answer {
  readonly data?: unknown;
  readonly errors?: readonly { readonly message: string; readonly extensions?: { readonly code?: string } }[];
}

/** A server that is asked over HTTP, and what it has behind its front. */
export interface Fuzzed {
  /** Of the endpoint: requests come by the front, its doors and the writing executor. */
  readonly url: string;
  /** Answers in process, by graphql-js alone. */
  readonly yoga: App["yoga"];
}

/** As long as any request may take, on a slow machine. */
const PATIENCE = 60_000;
/** A longer document does not fit into a URL. */
const LONGEST_URL = 6000;
/** Answers that hang on the moment. */
const OF_THE_MOMENT: ReadonlySet<string | undefined> = new Set(["TIMEOUT", "OVERLOADED", "OUT_OF_MEMORY"]);

/**
 * Asks a document; returns what is wrong with the answer, null where it is an answer or a named refusal.
 * @param compares whether what is behind the front is asked, too: it must answer the same.
 */
export async function faultOf(
  { url, yoga }: Fuzzed,
  query: string,
  {
    method = "POST",
    compares = false,
  }: { readonly method?: "GET" | "POST"; readonly compares?: boolean } = {},
): Promise<string | null> {
  const inUrl = `?${new URLSearchParams({ query })}`;
  const isGet = method === "GET" && inUrl.length <= LONGEST_URL;
  // Anew for each request: the adapter behind the front notes a body's length in its headers.
  const sent = (): RequestInit =>
    isGet
      ? { headers: { accept: "application/json" } }
      : { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify({ query }) };
  const asked = async (): Promise<string | null> => {
    const response = await fetch(isGet ? url + inUrl : url, sent());
    const text = await response.text();
    const fault = faultOfText(response.status, text);
    if (fault !== null || !compares) return fault;
    const other = await yoga.fetch(`http://localhost/graphql${isGet ? inUrl : ""}`, sent());
    const otherText = await other.text();
    const [ours, theirs] = [JSON.parse(text) as Answer, JSON.parse(otherText) as Answer];
    const isOfTheMoment = [ours, theirs].some(({ errors }) =>
      errors?.some(({ extensions }) => OF_THE_MOMENT.has(extensions?.code)),
    );
    // Where a fault leaves nothing of an answer, which others were told by then hangs on the moment, too.
    const isNothing = [ours, theirs].every(({ data, errors = [] }) => data === null && errors.length > 0);
    const isSame = response.status === other.status && (isNothing || isDeepStrictEqual(ours, theirs));
    if (isOfTheMoment || isSame) return null;
    return `by the front ${response.status} ${text.slice(0, 300)}, behind it ${other.status} ${otherText.slice(0, 300)}`;
  };
  let timer: NodeJS.Timeout | undefined;
  const hang = new Promise<string>((resolve) => {
    timer = setTimeout(() => resolve("no answer within a minute"), PATIENCE);
  });
  const found = await Promise.race([asked(), hang]).catch(
    (error: unknown) => `thrown: ${String(error)}, for ${String((error as Error).cause)}`,
  );
  clearTimeout(timer);
  return found;
}

function faultOfText(status: number, text: string): string | null {
  if (status >= 500 && status !== 503) return `status ${status}: ${text.slice(0, 300)}`;
  let answer: Answer;
  try {
    answer = JSON.parse(text) as Answer;
  } catch {
    return `status ${status}, no JSON: ${text.slice(0, 300)}`;
  }
  if (answer.data === undefined && answer.errors === undefined)
    return `neither data nor errors: ${text.slice(0, 300)}`;
  const unnamed = answer.errors?.find(
    ({ extensions }) => extensions?.code === undefined || extensions.code === "INTERNAL",
  );
  return unnamed ? `no named refusal: ${unnamed.message}` : null;
}
