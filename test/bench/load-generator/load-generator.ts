import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { Asker } from "../rounds.js";
import type { Order, Party, Reply } from "./orders.js";

const script = fileURLToPath(new URL("./asking-process.ts", import.meta.url));

/** Asks from a process of its own, so that neither what is measured here nor the floors slow it down. */
export class LoadGenerator {
  readonly #child: ChildProcess = fork(script, [], {
    execArgv: ["--import", "tsx"],
    serialization: "advanced",
  });
  #last: Promise<unknown> = Promise.resolve();

  /** Opens the connections of a party, which then asks whenever it is told to. */
  async asker(party: Party): Promise<Asker> {
    const made = await this.#order({ kind: "make", party });
    if (made.kind !== "made") throw new Error(`the load generator replied ${made.kind}`);
    return async (milliseconds) => {
      const asked = await this.#order({ kind: "ask", party: made.party, milliseconds });
      if (asked.kind !== "asked") throw new Error(`the load generator replied ${asked.kind}`);
      return asked.round;
    };
  }

  /** One order at a time, as a reply does not tell which one it is to. */
  #order(order: Order): Promise<Reply> {
    const reply = this.#last.then(() => this.#send(order));
    this.#last = reply.catch(() => undefined);
    return reply;
  }

  async #send(order: Order): Promise<Reply> {
    const ended = new AbortController();
    const reply = once(this.#child, "message", { signal: ended.signal });
    const onEnd = (): void => ended.abort();
    this.#child.once("exit", onEnd);
    this.#child.send(order);
    try {
      const [found] = (await reply) as [Reply];
      if (found.kind === "failed") throw new Error(`the load generator: ${found.message}`);
      return found;
    } finally {
      this.#child.off("exit", onEnd);
    }
  }

  close(): void {
    this.#child.kill("SIGTERM");
  }
}
