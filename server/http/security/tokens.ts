import { createHash, timingSafeEqual } from "node:crypto";

const digest = (text: string): Buffer => createHash("sha256").update(text).digest();

/** Bearer tokens, of which only the hashes are kept. */
export class Tokens {
  readonly #hashes: readonly Buffer[];

  constructor(tokens: readonly string[]) {
    this.#hashes = tokens.map(digest);
  }

  /** Compares with all of them, in a time that tells nothing of how much was right. */
  has(token: string): boolean {
    const hash = digest(token);
    return this.#hashes.reduce((found, known) => timingSafeEqual(known, hash) || found, false);
  }

  /**
   * Whether an Authorization header names one: as a bearer token, or as the password of Basic
   * authentication, by which browsers reach the playground.
   */
  admits(authorization: string | null): boolean {
    const [scheme = "", credentials = ""] = (authorization ?? "").trim().split(/ +/, 2);
    if (scheme.toLowerCase() === "bearer") return this.has(credentials);
    if (scheme.toLowerCase() !== "basic") return false;
    const [, ...password] = Buffer.from(credentials, "base64").toString("utf8").split(":");
    return this.has(password.join(":"));
  }
}
