import { once } from "node:events";
import { type IncomingHttpHeaders, type IncomingMessage, request as send } from "node:http";
import type { Store } from "../../schema/store.js";

export interface Heard {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

export const JSON_BODY = { "content-type": "application/json" };

/** A request with these headers and no others; rejects where the answer breaks off. */
export async function hear(
  url: string,
  headers: Record<string, string>,
  body: object | null,
  method = body === null ? "GET" : "POST",
): Promise<Heard> {
  const asked = send(url, { method, headers });
  asked.end(body === null ? undefined : JSON.stringify(body));
  const [response] = (await once(asked, "response")) as [IncomingMessage];
  const pieces: Buffer[] = [];
  for await (const piece of response) pieces.push(piece as Buffer);
  return { status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(pieces) };
}

export const RUNS = (first: number) => `{ runs(first: ${first}) { nodes { id line diverged } } }`;
export const CURVE = "curve { axis trainRawLoss valRawLoss testRawLoss valWeightAveragedLoss }";
/** More than a million characters: sent in pieces. */
export const large = (curves: number): string =>
  `{ runs(first: 128) { nodes { ${Array.from({ length: curves }, (_, index) => `c${index}: ${CURVE}`).join(" ")} } } }`;
export const LARGE = large(5);

/** Counts calls of the store's methods, and lets one of them be replaced. */
export function counted(instead: Partial<Store> = {}) {
  const calls = { count: 0 };
  const watch = (store: Store): Store =>
    new Proxy(store, {
      get(target, name) {
        const value: unknown = instead[name as keyof Store] ?? Reflect.get(target, name);
        if (typeof value !== "function") return value;
        return (...args: unknown[]): unknown => {
          calls.count += 1;
          return Reflect.apply(value, target, args) as unknown;
        };
      },
    });
  return { calls, watch };
}
