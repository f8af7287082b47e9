/** Names of files, of their keys and of clients' making must not write lines, or move a terminal's cursor: what would is spelt out. */
export const visible = (text: string): string =>
  text.replaceAll(
    /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu,
    (character) => `\\u{${(character.codePointAt(0) as number).toString(16)}}`,
  );

/** The same of a message that may have several lines; those of a name that it is known to hold are none of them. */
export const visibleLines = (message: string, name = ""): string =>
  (name === "" ? message : message.replaceAll(name, visible(name))).split("\n").map(visible).join("\n");
