import Table from "cli-table3";
import type { Paint } from "./terminal.js";
import { visible } from "./visible.js";

export interface Column {
  readonly title: string;
  readonly align?: "left" | "right";
}

const bare = {
  top: "",
  "top-mid": "",
  "top-left": "",
  "top-right": "",
  bottom: "",
  "bottom-mid": "",
  "bottom-left": "",
  "bottom-right": "",
  left: "",
  "left-mid": "",
  mid: "",
  "mid-mid": "",
  right: "",
  "right-mid": "",
  middle: "  ",
};

/** Rows under titles, without rules; no trailing spaces. Columns that would be empty are left out. */
export function grid(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  paint: Paint,
  indent = "",
): string {
  const kept = columns.map((_, index) => index).filter((index) => rows.some((row) => row[index] !== ""));
  const table = new Table({
    head: kept.map((index) => paint("dim", columns[index]?.title ?? "")),
    colAligns: kept.map((index) => columns[index]?.align ?? "left"),
    chars: bare,
    style: { head: [], border: [], "padding-left": 0, "padding-right": 0 },
  });
  for (const row of rows) table.push(kept.map((index) => visible(row[index] ?? "")));
  return table
    .toString()
    .split("\n")
    .map((line) => `${indent}${line}`.trimEnd())
    .join("\n");
}

/** Breaks text into lines of at most so many columns, at spaces. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(/\s+/)) {
    if (line !== "" && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else line = line === "" ? word : `${line} ${word}`;
  }
  return [...lines, line];
}

/** A number at most six digits long, exponents where it is far from 1. */
export function shortNumber(value: number): string {
  if (Number.isInteger(value) && Math.abs(value) < 1e15) return String(value);
  const size = Math.abs(value);
  if (size < 1e-3 || size >= 1e6)
    return value
      .toExponential(3)
      .replace(/\.?0+e/, "e")
      .replace("e+", "e");
  return String(Number(value.toPrecision(5)));
}
