import { createHash } from "node:crypto";
import { appendFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Random } from "../fuzz/random.js";
import { parseLenient } from "../oracle/lenient-json.js";
import type { WorldDescription } from "../oracle/world.js";
import type { Named } from "./check.js";

/** Points of a run. */
const STEPS = 10;

/** Data files that change, and every content that they ever had, by the version that the API gives it. */
export class Files {
  readonly #contents = new Map<string, string>();
  readonly #now = new Map<string, string>();
  readonly done = new Map<string, number>();

  constructor(
    private readonly folder: string,
    private readonly random: Random,
    private readonly names: readonly string[],
  ) {
    for (const name of names) this.#write(name, this.#lines(200));
  }

  /** The text of a version; null where there never was such a one. */
  textOf(version: string): string | null {
    return this.#contents.get(version) ?? null;
  }

  /** Which files are not served as they are now, in words; those that are told to be at fault are left out. */
  unserved(datasets: readonly Named[], faults: ReadonlySet<string | null>): string[] {
    const served = new Map(datasets.map(({ name, version }) => [name, this.textOf(version)]));
    return [...this.#now]
      .filter(([name, text]) => served.get(name) !== text && !faults.has(name))
      .map(([name]) => `${name} is ${served.has(name) ? "an older content" : "not served"} at the end`);
  }

  /** Appends to, replaces, truncates, corrupts or deletes one of them. */
  change(): void {
    const name = this.random.pick(this.names);
    const text = this.#now.get(name);
    const rare = ["half", "half", "replace", "truncate", "corrupt", "garble", "delete"];
    const kinds = [...Array.from({ length: 2 * rare.length }, () => "append"), ...rare];
    // The first one stays, so that there is always something to serve.
    const kind = text === undefined ? "replace" : this.random.pick(kinds);
    const did = this.#do(kind === "delete" && name === this.names[0] ? "append" : kind, name, text ?? "");
    this.done.set(did, (this.done.get(did) ?? 0) + 1);
  }

  #do(kind: string, name: string, text: string): string {
    const path = this.#path(name);
    switch (kind) {
      case "append":
        this.#append(name, this.#lines(1 + this.random.below(40)));
        break;
      case "half": {
        const line = this.#lines(1);
        this.#append(name, line.slice(0, 1 + this.random.below(line.length - 2)));
        setTimeout(() => {
          const now = this.#now.get(name);
          if (now !== undefined && !now.endsWith("\n")) this.#append(name, "\n");
        }, 300);
        break;
      }
      case "truncate":
        this.#write(name, text.split("\n").slice(0, 20).join("\n") + "\n");
        break;
      case "corrupt":
        this.#append(name, "\nthis is no JSON\n");
        break;
      case "garble":
        // No line of it can be used: the last good version stays.
        this.#write(name, "\u0000\u0001garbage\n[1, 2\n");
        break;
      case "delete":
        rmSync(path, { force: true });
        this.#now.delete(name);
        break;
      default: {
        const next = this.#lines(50 + this.random.below(300));
        this.#note(name, next);
        writeFileSync(`${path}.next`, next);
        renameSync(`${path}.next`, path);
      }
    }
    return kind;
  }

  #append(name: string, more: string): void {
    this.#note(name, (this.#now.get(name) ?? "") + more);
    appendFileSync(this.#path(name), more);
  }

  #write(name: string, text: string): void {
    this.#note(name, text);
    writeFileSync(this.#path(name), text);
  }

  #path(name: string): string {
    return join(this.folder, `${name}.jsonl`);
  }

  /** Remembers a content, and what it is less a last line that is still being written. */
  #note(name: string, text: string): void {
    this.#now.set(name, text);
    for (const one of [text, text.slice(0, text.lastIndexOf("\n") + 1)]) {
      this.#contents.set(createHash("sha256").update(one).digest("hex").slice(0, 16), one);
    }
  }

  #lines(count: number): string {
    return Array.from({ length: count }, () => {
      const lr = Math.round(this.random.next() * 1e6) / 1e6;
      const curve = Array.from({ length: STEPS }, (_, step) => {
        const loss = this.random.chance(0.05) ? "NaN" : Math.round(this.random.next() * 1e6) / 1e6;
        return `{"step": ${step + 1}, "loss": ${loss}}`;
      });
      return `{"hyperparameters": {"lr": ${lr}}, "learning_curve": [${curve.join(", ")}]}\n`;
    }).join("");
  }
}

/** The files for the oracle, which reads only lines that are JSON. */
export const describeFiles = (names: readonly string[]): WorldDescription => ({
  datasets: names.map((name) => ({
    name,
    file: name,
    hyperparametersUnder: "hyperparameters",
    curveUnder: "learning_curve",
    curve: "objects",
    axis: "step",
    failureFlag: null,
    hyperparameters: { LR: "lr" },
    metrics: { LOSS: "loss" },
    searched: ["LR"],
    completeAt: null,
    clock: null,
    tokens: null,
  })),
  hyperparameters: { LR: { field: "lr", type: "float" } },
  metrics: { LOSS: { field: "loss", goal: "minimize" } },
});

/** The text with lines that are no JSON made blank, so that the others keep their numbers. */
export const readable = (text: string): string =>
  text
    .split("\n")
    .map((line) => {
      try {
        parseLenient(line);
        return line;
      } catch {
        return "";
      }
    })
    .join("\n");
