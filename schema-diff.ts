import { readFile, writeFile } from "node:fs/promises";
import { type Change, CriticalityLevel, diff } from "@graphql-inspector/core";
import { buildSchema } from "graphql";

/**
 * Tells what the API has changed since the last release. Fails where that would break a client, and the
 * version does not say so: before 1.0 a new minor version does, from then on a new major one. With
 * `--release` the schema of now becomes the released one.
 */

const released = new URL("schema/released.graphql", import.meta.url);
const current = new URL("schema/schema.graphql", import.meta.url);
const manifest = new URL("package.json", import.meta.url);

export interface SchemaChanges {
  /** The released version; 0.0.0 before the first. */
  readonly from: string;
  readonly to: string;
  readonly changes: readonly Change[];
  /** Those that break clients, of a version that does not say that it does. */
  readonly forbidden: readonly Change[];
}

/** Compares two printed schemas; the first line of the released one names its version. */
export async function compareSchemas(before: string, after: string, to: string): Promise<SchemaChanges> {
  const from = /^# version (\S+)/.exec(before)?.[1] ?? "0.0.0";
  const changes = await diff(buildSchema(before), buildSchema(after));
  const breaking = changes.filter(({ criticality }) => criticality.level === CriticalityLevel.Breaking);
  return { from, to, changes, forbidden: mayBreak(from, to) ? [] : breaking };
}

/** The changes since the last release. */
export async function changesSinceRelease(): Promise<SchemaChanges> {
  const [before, after] = await Promise.all([readFile(released, "utf8"), readFile(current, "utf8")]);
  return compareSchemas(before, after, await version());
}

async function version(): Promise<string> {
  return (JSON.parse(await readFile(manifest, "utf8")) as { version: string }).version;
}

function mayBreak(from: string, to: string): boolean {
  const [[major, minor], [newMajor, newMinor]] = [numbers(from), numbers(to)];
  return newMajor > major || (major === 0 && newMajor === 0 && newMinor > minor);
}

const numbers = (text: string): [major: number, minor: number] => {
  const [major = 0, minor = 0] = text.split(".").map(Number);
  return [major, minor];
};

if (process.argv[1] === import.meta.filename) {
  if (process.argv.includes("--release")) {
    await writeFile(released, `# version ${await version()}\n${await readFile(current, "utf8")}`);
  } else {
    const { from, to, changes, forbidden } = await changesSinceRelease();
    for (const { criticality, message } of changes) console.log(`${criticality.level}: ${message}`);
    console.log(`${changes.length} changes from ${from} to ${to}, ${forbidden.length} of them forbidden.`);
    process.exitCode = forbidden.length === 0 ? 0 : 1;
  }
}
