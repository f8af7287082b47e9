import { serverAudits } from "graphql-http";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Folder, makeSampleFolder } from "./folder.js";
import { type Here, serveHere } from "./serve-here.js";

let sample: Folder;
let here: Here;
beforeAll(async () => {
  sample = await makeSampleFolder();
  here = await serveHere([sample.path]);
});
afterAll(async () => {
  await here.server.stop(1000);
  await here.snapshot.close();
  sample.remove();
});

const audits = serverAudits({ url: () => here.server.url });

test("the suite has its 61 audits", () => {
  expect(audits).toHaveLength(61);
});

describe("GraphQL over HTTP", () => {
  test.each(audits.map((audit) => [audit.id, audit.name, audit] as const))(
    "%s %s",
    async (_, name, audit) => {
      const result = await audit.fn();
      expect("reason" in result ? `${result.status}: ${result.reason}` : result.status, name).toBe("ok");
    },
  );
});
