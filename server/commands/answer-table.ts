import { type Flat, flatten, type Row, showLeaf } from "./answer-rows.js";
import { grid } from "./grid.js";
import { columnsOf, painter, type Paint } from "./terminal.js";
import { visible } from "./visible.js";

/** An answer as tables, one for each root field; null where none of them holds a list of rows. */
export function answerTables(data: object, stream: NodeJS.WriteStream): string | null {
  const fields = Object.entries(data).map(([name, value]) => ({
    name,
    flat: flatten(value as Parameters<typeof flatten>[0]),
  }));
  if (!fields.some(({ flat }) => flat.hasList)) return null;
  const paint = painter(stream);
  const width = stream.isTTY ? columnsOf(stream) : Infinity;
  return fields
    .map(
      ({ name, flat }) =>
        `${fields.length > 1 ? `${paint("bold", name)}\n` : ""}${tableOf(flat, paint, width)}`,
    )
    .join("\n");
}

function tableOf({ rows, facts }: Flat, paint: Paint, width: number): string {
  const beside = [...facts].map(([path, value]) => `${paint("dim", path)} ${visible(showLeaf(value))}`);
  const above = beside.length > 0 ? `${beside.join("   ")}\n` : "";
  if (rows.length === 0) return `${above}(no rows)\n`;
  const paths = [...new Set(rows.flatMap((row) => [...row.keys()]))];
  const full = draw(paths, paths, rows, paint);
  // Too wide for the terminal: the shortest names that are still different.
  const fits = full.split("\n").every((line) => line.length <= width);
  return `${above}${fits ? full : draw(shortest(paths), paths, rows, paint)}\n`;
}

function draw(
  titles: readonly string[],
  paths: readonly string[],
  rows: readonly Row[],
  paint: Paint,
): string {
  const columns = paths.map((path, index) => ({
    title: titles[index] ?? path,
    align: rows.some((row) => typeof row.get(path) === "number") ? ("right" as const) : ("left" as const),
  }));
  // A column without a value still says that it was asked for.
  const cells = rows.map((row) => paths.map((path) => showLeaf(row.get(path) ?? null)));
  return grid(columns, cells, paint);
}

function shortest(paths: readonly string[]): string[] {
  return paths.map((path) => {
    const steps = path.split(".");
    for (let length = 1; length < steps.length; length += 1) {
      const name = steps.slice(-length).join(".");
      if (paths.every((other) => other === path || !`.${other}`.endsWith(`.${name}`))) return name;
    }
    return path;
  });
}
