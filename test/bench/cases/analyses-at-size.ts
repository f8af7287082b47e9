import type { Case, Row } from "../row.js";
import { interleave } from "../times.js";
import { analysesAtSize } from "./questions-at-size.js";

/** Seconds, so that what takes longer than a service allows by default is told and not refused. */
const TIMEOUT = 900;
const ENOUGH = 20_000;

export const analysesOfMany: Case = {
  name: "analyses",
  about:
    "Analyses of all runs, or of as many as their limits allow, over HTTP: never asked before, from a service that may take its time.",
  async measure(world) {
    const service = await world.startService({ timeout: TIMEOUT });
    const client = await world.client(service.found);
    const rows: Row[] = [];
    for (const { name, ask } of analysesAtSize(world)) {
      const [ours] = await interleave([(repetition) => ask(client, repetition)], {
        warmUp: 1,
        count: 7,
        enough: ENOUGH,
      });
      if (!ours) throw new Error("nothing was measured");
      rows.push({ name, ours, floor: null, aim: null });
    }
    await service.stop();
    return rows;
  },
};
