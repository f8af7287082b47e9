/** Ids are opaque to clients, and the same after a restart: base64url of `Type:rest`. */
export type NodeType = "Dataset" | "Run" | "Configuration";

export const encodeId = (type: NodeType, rest: string): string =>
  Buffer.from(`${type}:${rest}`).toString("base64url");

/** The parts of an id; null where the text is not one of ours. */
export function decodeId(id: string): { readonly type: NodeType; readonly rest: string } | null {
  const text = Buffer.from(id, "base64url").toString("utf8");
  const match = /^(Dataset|Run|Configuration):(.+)$/su.exec(text);
  if (!match || encodeId(match[1] as NodeType, match[2] as string) !== id) return null;
  return { type: match[1] as NodeType, rest: match[2] as string };
}
