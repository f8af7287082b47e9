import { serverAudits } from "graphql-http";
import { afterAll, describe, expect, test } from "vitest";
import { sha256 } from "../../server/http/security/persisted.js";
import { Tokens } from "../../server/http/security/tokens.js";
import { Services, type Wanted } from "./serve-with.js";

const TOKEN = "0123456789abcdef-audit";
const services = new Services();
afterAll(() => services.stop());

/** Audits that do not pass in a mode, and why they cannot; test/server has those of the defaults: all pass. */
const modes: readonly {
  name: string;
  wanted: Wanted;
  fetchFn?: typeof fetch;
  failing: readonly string[];
  why: string;
}[] = [
  {
    name: "introspection off",
    wanted: { security: { introspection: false } },
    failing: ["2EA1", "28B9", "D6D5", "6A70"],
    why: "their query with variables asks for __type",
  },
  {
    name: "playground off",
    wanted: { security: { playground: false } },
    failing: [],
    why: "no audit asks for a page",
  },
  {
    name: "tokens, by who has one",
    wanted: { security: { tokens: new Tokens([TOKEN]), hosts: null } },
    fetchFn: (url, init) =>
      fetch(url, {
        ...init,
        headers: { ...(init?.headers as Record<string, string>), authorization: `Bearer ${TOKEN}` },
      }),
    failing: [],
    why: "a token changes nothing for who has it",
  },
  {
    name: "preflight required",
    wanted: { security: { requirePreflight: true } },
    failing: ["5A70", "D6D5", "6A70"],
    why: "GET requests without a header that makes a browser ask first are what this mode refuses",
  },
  {
    name: "persisted operations only",
    wanted: { security: { persisted: new Map([[sha256("{ __typename }"), "{ __typename }"]]) } },
    failing:
      "22EB LKJ0 LKJ1 LKJ2 LKJ3 34A2 13EE 6C00 6C01 6C02 6C03 8161 B8B3 94B0 0220 94B1 0221 94B2 0222 4760 4761 4762 4763 2EA1 28B9 D6D5 6A70 58B0 58B1 58B2 58B3 428F 1B7A 8764 3E3A".split(
        " ",
      ),
    why: "the audits send documents, which is what this mode refuses",
  },
];

describe.each(modes)("GraphQL over HTTP with $name", ({ wanted, fetchFn, failing, why }) => {
  test(`fails no more than ${failing.length} audits: ${why}`, async () => {
    const { server } = await services.start(wanted);
    const failed: string[] = [];
    for (const audit of serverAudits({ url: server.url, ...(fetchFn && { fetchFn }) })) {
      const result = await audit.fn();
      if (result.status !== "ok") failed.push(audit.id);
    }
    expect(failed).toEqual(failing);
  });
});
