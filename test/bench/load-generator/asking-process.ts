import { askTogether } from "../rounds.js";
import { Connection, requestOf } from "./connection.js";
import type { Order, Reply } from "./orders.js";

/** A process of its own that asks servers as fast as they answer, as its parent orders. */

interface Ready {
  readonly connections: readonly Connection[];
  readonly requests: readonly Buffer[];
  /** Questions asked so far, so that each round goes on where the last one ended. */
  asked: number;
}

const parties: Ready[] = [];

async function carryOut(order: Order): Promise<Reply> {
  if (order.kind === "make") {
    const { url, bodies, connections } = order.party;
    parties.push({
      connections: await Promise.all(Array.from({ length: connections }, () => Connection.open(url))),
      requests: bodies.map((body) => requestOf(url, body)),
      asked: 0,
    });
    return { kind: "made", party: parties.length - 1 };
  }
  const party = parties[order.party];
  if (!party) throw new Error(`there is no party ${order.party}`);
  const { connections, requests } = party;
  const round = await askTogether(connections.length, order.milliseconds, (_, asker) => {
    const request = requests[party.asked++ % requests.length] as Buffer;
    return (connections[asker] as Connection).ask(request);
  });
  return { kind: "asked", round };
}

process.on("message", (order: Order) => {
  carryOut(order).then(
    (reply) => process.send?.(reply),
    (error: unknown) => process.send?.({ kind: "failed", message: String(error) } satisfies Reply),
  );
});
