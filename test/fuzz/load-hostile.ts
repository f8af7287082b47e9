import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { graphql } from "graphql";
import { Context } from "../../schema/context.js";
import { UserFault } from "../../server/errors.js";
import { takeSnapshot } from "../../server/snapshot.js";

const EVERYTHING =
  "{ datasets { name runCount rejectedLines { line reason } warnings } runs { nodes { line curve { points { step } } } } }";

/** As long as any file may take to load, on a slow machine. */
const PATIENCE = 300_000;

/** What comes of serving a folder: an answer, or a refusal that names what is wrong. @throws anything else. */
export async function serveHostile(write: (folder: string) => void | Promise<void>): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), "sweepql-fuzz-"));
  try {
    await write(folder);
    const snapshot = await takeSnapshot({ sources: [folder], signal: AbortSignal.timeout(PATIENCE) });
    try {
      const { errors } = await graphql({
        schema: snapshot.schema,
        source: EVERYTHING.replace("curve { points { step } }", ""),
        contextValue: new Context(snapshot.store, new AbortController().signal, snapshot.analyses),
      });
      if (errors)
        throw new Error(
          errors.map(({ message, originalError }) => originalError?.stack ?? message).join("\n"),
        );
      const [dataset] = snapshot.catalogue.datasets;
      return `served: ${dataset?.runCount} runs, ${dataset?.rejectedCount} lines refused`;
    } finally {
      await snapshot.close();
    }
  } catch (error) {
    if (error instanceof UserFault) return `refused: ${error.message.replaceAll(folder, "").slice(0, 160)}`;
    throw error;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
