import { SweepqlError } from "./errors.js";
import type { ClientOptions, RequestHeaders } from "./options.js";

/** The headers of one request, and what takes them out of what the server says. */
export interface Sent {
  readonly headers: Headers;
  /** Blots out credentials, and all values of 8 characters and more. */
  readonly blot: (said: string) => string;
}

const CREDENTIAL = /^((proxy-)?authorization|cookie)$/i;

/** The headers of one request; the later of two of one name holds. @throws where one cannot be sent. */
export async function headersOf(
  { headers: own }: ClientOptions,
  more: RequestHeaders | undefined,
  accept: string,
  operation: string | null,
): Promise<Sent> {
  let given: RequestHeaders | undefined;
  try {
    given = typeof own === "function" ? await own() : own;
  } catch (error) {
    throw new SweepqlError(`the function headers failed (${String(error)})`, operation);
  }
  const headers = new Headers({ accept, "content-type": "application/json" });
  const secrets: string[] = [];
  for (const [name, value] of [given, more].flatMap((some) => Object.entries(some ?? {})))
    try {
      if (value === undefined) continue;
      headers.set(name, value);
      const isCredential = CREDENTIAL.test(name);
      // The whole, and a credential without its scheme.
      for (const secret of [value, isCredential ? value.replace(/^\S+ /, "") : ""])
        if (secret && (isCredential || secret.length > 7)) secrets.push(secret);
    } catch {
      // The platform's own error holds the value.
      throw new SweepqlError(`the header ${name} cannot be sent as it is`, operation);
    }
  secrets.sort((a, b) => b.length - a.length);
  return { headers, blot: (said) => secrets.reduce((text, secret) => text.replaceAll(secret, "…"), said) };
}
