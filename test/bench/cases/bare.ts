import type { Case } from "../row.js";
import { interleave } from "../times.js";

const QUERY = "{ __typename }";

export const bare: Case = {
  name: "bare",
  about:
    "{ __typename } of the service and of a bare Yoga, against a node:http server that answers a constant.",
  async measure(world) {
    const { http, yoga } = await world.bareServers();
    const clients = [await world.client(), await world.client(yoga), await world.client(http)];
    const [ours, bareYoga, floor] = await interleave(
      clients.map((client) => () => client.ask(QUERY)),
      { warmUp: 300, count: 500 },
    );
    if (!ours || !bareYoga || !floor) throw new Error("nothing was measured");
    return [
      { name: "{ __typename } of ours", ours, floor, aim: null },
      { name: "{ __typename } of a bare Yoga", ours: bareYoga, floor, aim: null },
    ];
  },
};
