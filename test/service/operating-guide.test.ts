import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { numbers, places } from "../../server/service-flags.js";

// Prettier pads tables.
const guide = readFileSync(new URL("../../docs/operating.md", import.meta.url), "utf8").replaceAll(
  / +/g,
  " ",
);

test("the guide names every setting by flag and variable, and every limit with its default", () => {
  for (const { flag, variable } of Object.values(places)) {
    expect(guide).toContain(`\`${flag}`);
    expect(guide).toContain(`\`${variable}`);
  }
  for (const [name, { fallback }] of Object.entries(numbers)) {
    const { flag, variable } = places[name as keyof typeof numbers];
    expect(guide).toContain(`| \`${flag}\` | \`${variable}\` | ${fallback} |`);
  }
});
