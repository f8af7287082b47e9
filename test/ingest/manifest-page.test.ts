import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { manifestSchema, noteKeys } from "../../server/ingest/manifest-schema.js";

const page = readFileSync(new URL("../../docs/manifest.md", import.meta.url), "utf8");
/** The page's parts, by their headings. */
const parts = new Map(
  page.split(/^## /m).map((part) => [part.slice(0, part.indexOf("\n")).replaceAll("`", ""), part]),
);

/** The keys that the tables of a part tell of, in order. */
const keysOf = (heading: string): string[] =>
  [...(parts.get(heading) ?? "").matchAll(/^\| (`[^|]*?) *\|/gm)].flatMap(([, cell = ""]) =>
    [...cell.matchAll(/`(\w+)`/g)].map(([, key = ""]) => key),
  );

describe("the page on manifests", () => {
  test("tells of every key, and of no other", () => {
    expect(keysOf("The top")).toEqual(Object.keys(manifestSchema.shape));
    for (const [section, keys] of Object.entries(noteKeys)) expect(keysOf(section)).toEqual(keys);
  });

  test("tells of the keys of every object on top", () => {
    const { axis, completeAt, curve } = manifestSchema.shape;
    for (const [name, object] of Object.entries({ axis, completeAt, curve })) {
      const told = new RegExp(`^\\*\\*\`${name}\`\\*\\*: .*$`, "m").exec(page)?.[0];
      for (const key of Object.keys(object.unwrap().shape)) expect(told).toContain(`\`${key}\``);
    }
  });

  test("shows manifests that are allowed", () => {
    const examples = [...page.matchAll(/^```yaml\n(.*?)^```/gms)].map(([, text = ""]) => text);
    expect(examples).toHaveLength(1);
    for (const text of examples)
      expect(manifestSchema.safeParse(parse(text))).toMatchObject({ success: true });
  });
});
