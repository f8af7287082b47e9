import { access, readFile } from "node:fs/promises";
import { extname } from "node:path";
import { parse } from "yaml";
import { DataFault, messageOf } from "../errors.js";
import { manifestSchema, noteKeys, type UserManifest } from "./manifest-schema.js";

/**
 * The manifest at the one of the paths that exists; null where none does.
 * @throws DataFault where several exist, or the file says what no manifest may: file, key, value, and what is allowed.
 */
export async function readManifest(paths: readonly string[]): Promise<UserManifest | null> {
  const existing: string[] = [];
  for (const path of paths) {
    if (
      await access(path).then(
        () => true,
        () => false,
      )
    )
      existing.push(path);
  }
  const [path, second] = existing;
  if (path === undefined) return null;
  if (second !== undefined)
    throw new DataFault(`${path} and ${second}: only one manifest may lie here. Remove one of them.`);
  const content = parseText(path, await readFile(path, "utf8"));
  const result = manifestSchema.safeParse(content);
  if (result.success) return result.data;
  const faults = result.error.issues.flatMap((issue) => {
    if (issue.code === "unrecognized_keys") {
      return issue.keys.map((key) => {
        const allowed = allowedKeys(issue.path);
        return `${path}: ${keyPath([...issue.path, key])}: no such key${allowed ? `; allowed are ${allowed}` : ""}.`;
      });
    }
    const found = valueAt(content, issue.path);
    return [
      `${path}: ${keyPath(issue.path)}: ${JSON.stringify(found) ?? "missing"} is not allowed: ${issue.message}.`,
    ];
  });
  throw new DataFault(faults.join("\n"));
}

function parseText(path: string, text: string): unknown {
  try {
    return extname(path) === ".json" ? JSON.parse(text) : parse(text);
  } catch (error) {
    throw new DataFault(`${path}: cannot be read: ${messageOf(error)}`);
  }
}

const keyPath = (path: readonly PropertyKey[]): string =>
  path.length === 0
    ? "the manifest"
    : path
        .map((key) => (typeof key === "number" ? `[${key}]` : `.${String(key)}`))
        .join("")
        .replace(/^\./, "");

function valueAt(content: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (value, key) =>
      typeof value === "object" && value !== null ? (value as Record<PropertyKey, unknown>)[key] : undefined,
    content,
  );
}

/** Keys that may stand at the place, for the top and for notes; null elsewhere. */
function allowedKeys(path: readonly PropertyKey[]): string | null {
  if (path.length === 0) return Object.keys(manifestSchema.shape).join(", ");
  return (path.length === 2 ? noteKeys[String(path[0])] : undefined)?.join(", ") ?? null;
}
