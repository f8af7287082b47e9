import { execFileSync } from "node:child_process";
import { createWriteStream, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { once } from "node:events";
import { join } from "node:path";
import type { Random } from "./random.js";

export const GOOD =
  '{"hyperparameters": {"lr": 0.5, "opt": "sgd"}, "learning_curve": [{"step": 1, "loss": 2.5}, {"step": 2, "loss": NaN}]}\n';

const inRun = (more: string): string => GOOD.replace('"lr": 0.5', `"lr": 0.5, ${more}`);
const text = (content: string | Uint8Array) => (folder: string) =>
  writeFileSync(join(folder, "x.jsonl"), content);

type Write = (folder: string) => void | Promise<void>;

/** Files that nobody should serve, or that are hard to: each writes into an empty folder. */
export const hostileFiles: Readonly<Record<string, Write>> = {
  "deep lists": text(GOOD + `${"[".repeat(100_000)}${"]".repeat(100_000)}\n`),
  "deep objects": text(GOOD + `${'{"a":'.repeat(50_000)}1${"}".repeat(50_000)}\n`),
  "a deep value": text(inRun(`"deep": ${"[".repeat(5000)}1${"]".repeat(5000)}`)),
  "a deep value beside good lines": text(
    GOOD.repeat(20) + inRun(`"deep": ${"[".repeat(5000)}1${"]".repeat(5000)}`),
  ),
  "huge numbers": text(
    inRun('"a": 1e400, "b": -1e400, "c": 1e-400, "d": -0') + inRun(`"a": ${"9".repeat(400)}`),
  ),
  "long digits": text(GOOD + GOOD.replace("2.5", "1".repeat(100_000))),
  "keys that stand twice": text(inRun('"lr": 1') + GOOD + '{"learning_curve": [], "learning_curve": [1]}\n'),
  "no UTF-8": text(
    Buffer.concat([Buffer.from(GOOD), Buffer.from([0xff, 0xfe, 0xc0, 0x80, 0x0a]), Buffer.from(GOOD)]),
  ),
  "null bytes": text(`${GOOD}\u0000\u0000\n${GOOD.replace("sgd", "s\u0000gd")}`),
  "lone surrogates": text(GOOD.replace("sgd", "\\ud800") + GOOD.replace("sgd", "\\udc00\\u0000")),
  "strange keys": text(
    inRun(
      `"": 1, "__proto__": 2, "constructor": 3, "a\\"; DROP TABLE runs; --": 4, "LR": 5, "é😀": 6, "${"k".repeat(5000)}": 7`,
    ),
  ),
  "very many keys": text(
    inRun(Array.from({ length: 400 }, (_, index) => `"key${index}": ${index}`).join(", ")),
  ),
  "no runs": text('1\n"a"\nnull\ntrue\n[]\n{}\n'),
  "blank lines": text("\n \n\t\n\r\n"),
  "an empty file": text(""),
  "a byte-order mark and carriage returns": text(`\ufeff${GOOD.repeat(2).replaceAll("\n", "\r\n")}`),
  "mixed types": text(
    GOOD +
      GOOD.replace("0.5", '"big"') +
      GOOD.replace("[{", "{").replace("}]", "}") +
      GOOD.replace("2.5", '{"a": []}'),
  ),
  "a line that is cut off": text(GOOD + GOOD.slice(0, 40)),
  "a symbolic link": (folder) => {
    writeFileSync(join(folder, "real.txt"), GOOD);
    symlinkSync(join(folder, "real.txt"), join(folder, "x.jsonl"));
  },
  "a link to nothing": (folder) => symlinkSync(join(folder, "nowhere"), join(folder, "x.jsonl")),
  "a link to itself": (folder) => symlinkSync(join(folder, "x.jsonl"), join(folder, "x.jsonl")),
  "a link to its folder": (folder) => {
    writeFileSync(join(folder, "a.jsonl"), GOOD);
    symlinkSync(folder, join(folder, "more"));
  },
  "a folder of that name": (folder) => mkdirSync(join(folder, "x.jsonl")),
  "a pipe": (folder) => void execFileSync("mkfifo", [join(folder, "x.jsonl")]),
  "a name with a star": (folder) => writeFileSync(join(folder, "x*[1]{a,b}'\".jsonl"), GOOD),
};

/** Random bytes. */
export function binaryFile(random: Random): Write {
  return text(Buffer.from(Array.from({ length: 65_536 }, () => random.below(256))));
}

/** Good lines with some of their characters replaced. */
export function mutatedLines(random: Random): Write {
  const characters = '{}[]",:0123456789.eE+-NaInfity \\u\n\r\t\u0000é😀';
  const lines = Array.from({ length: 8 }, () => {
    const letters = [...GOOD];
    for (let count = random.below(5); count > 0; count -= 1) {
      letters.splice(random.below(letters.length), random.below(4), random.pick([...characters]));
    }
    return letters.join("");
  });
  return text(lines.join(""));
}

/** One line of 100 MB: a string, or a list of numbers. */
export function longLine(kind: "string" | "numbers" | "cut off"): Write {
  return async (folder) => {
    const out = createWriteStream(join(folder, "x.jsonl"));
    const piece = kind === "numbers" ? "1.25,".repeat(200_000) : "a".repeat(1_000_000);
    out.write(GOOD + (kind === "numbers" ? '{"hyperparameters": {"v": [' : '{"hyperparameters": {"v": "'));
    for (let count = 0; count < 100; count += 1) if (!out.write(piece)) await once(out, "drain");
    out.end(
      kind === "numbers"
        ? '1]}, "learning_curve": []}\n'
        : kind === "string"
          ? '"}, "learning_curve": []}\n'
          : "",
    );
    await once(out, "close");
  };
}
