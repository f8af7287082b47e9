import { type DocumentNode, parse, print, stripIgnoredCharacters } from "graphql";
import { expect, test } from "vitest";
import { operations } from "../../client/index.js";
import { printDocument } from "../../client/print-document.js";

/** Everything that an executable document can hold. */
const everything = String.raw`
  query All($a: [Int!]! = [1, -2], $b: In = {x: 1.5e3, y: {z: [null, true, false, A]}} @on, $c: String = "q\"\\\n\u00e9") @live(if: true) {
    field
    alias: field(a: $a, b: $b, text: """
      block "text"
        with \""" quotes
    """) @skip(if: $d) @include(if: false) {
      ...Part @defer
      ... on Type @x { id }
      ... @include(if: true) { id }
      ... { id }
    }
  }
  mutation { change(empty: [], object: {}, unicode: "é😀\u2028") { id } }
  subscription S { s }
  { short }
  fragment Part on Type @y(z: 1) { id other { more } }
`;

const same = (a: DocumentNode, b: DocumentNode): void => {
  // Block strings are printed as plain ones; their value is the same.
  const plain = (document: DocumentNode): unknown =>
    JSON.parse(JSON.stringify(document, (key, value: unknown) => (key === "block" ? undefined : value)));
  expect(plain(a)).toEqual(plain(b));
};

test("every construct is printed as it was parsed", () => {
  const document = parse(everything, { noLocation: true });
  same(parse(printDocument(document), { noLocation: true }), document);
});

test.each(Object.entries(operations))("%s is printed as graphql prints it", (_, operation) => {
  const document = operation as DocumentNode;
  expect(stripIgnoredCharacters(printDocument(document))).toBe(stripIgnoredCharacters(print(document)));
});
