import type { Dataset, DatasetHyperparameter, DatasetMetric, Distribution } from "../../schema/catalogue.js";
import type { Checked } from "./check.js";
import { grid, shortNumber, wrap } from "./grid.js";
import { counted, grouped, painter, type Paint, widthOf } from "./terminal.js";
import { visible, visibleLines } from "./visible.js";

/** Refused lines that are listed; `--json` has more. */
const REFUSED_LISTED = 10;

/** What was found in files, for people. */
export function checkReport({ datasets, unusable }: Checked, stream: NodeJS.WriteStream): string {
  const paint = painter(stream);
  const width = widthOf(stream);
  const parts = datasets.map((dataset) => datasetReport(dataset, paint, width));
  for (const { file, message } of unusable) {
    parts.push(
      [
        paint(["bold", "red"], `${visible(file)}: nothing usable`),
        // A reason a line, each begun at the margin.
        ...visibleLines(message, file)
          .split("\n")
          .flatMap((reason) => hanging(reason, width - 2)),
        "",
      ].join("\n"),
    );
  }
  return `${parts.join("\n")}\n`;
}

function datasetReport(dataset: Dataset, paint: Paint, width: number): string {
  const refused = dataset.rejectedCount;
  const facts: [string, string][] = [
    ["file", visible(dataset.file)],
    ["layout", visible(dataset.layout)],
    ["documented", visible(documented(dataset))],
    [
      "runs",
      `${grouped(dataset.runCount)}; ${dataset.divergedCount === 0 ? "none" : grouped(dataset.divergedCount)} diverged`,
    ],
    [
      "points",
      visible(`${grouped(dataset.pointCount)} along ${dataset.axis.original} (${dataset.axis.unit})`),
    ],
    ["refused", refused === 0 ? "no line" : paint("yellow", counted(refused, "line"))],
  ];
  const sections = [
    `${paint("bold", visible(dataset.name))}${dataset.synthetic ? paint("dim", "  simulated") : ""}`,
    ...facts.flatMap(([name, text]) =>
      wrap(text, width - 14).map(
        (line, index) => `  ${paint("dim", (index === 0 ? name : "").padEnd(10))}  ${line}`,
      ),
    ),
    "",
    grid(
      [
        { title: "hyperparameter" },
        { title: "in GraphQL" },
        { title: "role" },
        { title: "type" },
        { title: "range" },
        { title: "distinct", align: "right" },
        { title: "missing", align: "right" },
        { title: "drawn from" },
      ],
      dataset.hyperparameters.map(hyperparameterRow),
      paint,
      "  ",
    ),
    "",
    grid(
      [
        { title: "metric" },
        { title: "in GraphQL" },
        { title: "goal" },
        { title: "split" },
        { title: "unit" },
        { title: "finite", align: "right" },
        { title: "NaN", align: "right" },
        { title: "infinite", align: "right" },
        { title: "missing", align: "right" },
      ],
      dataset.metrics.map(metricRow),
      paint,
      "  ",
    ),
    "",
  ];
  if (refused > 0) sections.push(...refusedLines(dataset, paint, width), "");
  for (const warning of dataset.warnings)
    sections.push(...hanging(visible(`note: ${warning}`), width - 2).map((line) => paint("yellow", line)));
  if (dataset.warnings.length > 0) sections.push("");
  return sections.join("\n");
}

/** A text under its own first line. */
const hanging = (text: string, width: number): string[] =>
  wrap(text, width - 2).map((line, index) => `  ${index === 0 ? "" : "  "}${line}`);

function documented({ family, experiment }: Dataset): string {
  const kind = experiment.kind === "unknown" ? "" : `, ${experiment.kind} experiment`;
  const model = experiment.model === null ? "" : `, ${experiment.model}`;
  return family === null
    ? "by no manifest: a metric needs its goal named there before it has a best"
    : `by the manifest ${family}${kind}${model}`;
}

function hyperparameterRow({
  original,
  hyperparameter,
  role,
  lower,
  upper,
  distinctCount,
  missingCount,
  distribution,
}: DatasetHyperparameter): string[] {
  const range =
    lower === null || upper === null
      ? ""
      : lower === upper
        ? shortNumber(lower)
        : `${shortNumber(lower)} to ${shortNumber(upper)}`;
  const missing = missingCount === 0 ? "" : grouped(missingCount);
  return [
    original,
    unlessSame(hyperparameter.name, original),
    role,
    hyperparameter.type,
    range,
    grouped(distinctCount),
    missing,
    distribution ? drawnFrom(distribution) : "",
  ];
}

/** The name to ask by, where it is not the key: `val/loss` is asked for as `valLoss`. */
const unlessSame = (name: string, original: string): string => (name === original ? "" : name);

function drawnFrom(distribution: Distribution): string {
  switch (distribution.kind) {
    case "choice":
      return `one of ${distribution.values.join(", ")}`;
    case "derived":
      return "others";
    default:
      return `${distribution.kind} ${shortNumber(distribution.lower)} to ${shortNumber(distribution.upper)}`;
  }
}

function metricRow({
  original,
  field,
  goal,
  split,
  unit,
  finiteCount,
  nanCount,
  infiniteCount,
  missingCount,
}: DatasetMetric): string[] {
  const count = (value: number): string => (value === 0 ? "" : grouped(value));
  const aim = field.role === "metric" ? (goal ?? "unknown") : field.role;
  return [
    original,
    unlessSame(field.name, original),
    aim,
    split ?? "",
    unit ?? "",
    grouped(finiteCount),
    count(nanCount),
    count(infiniteCount),
    count(missingCount),
  ];
}

function refusedLines({ rejectedCount, rejectedLines }: Dataset, paint: Paint, width: number): string[] {
  const shown = rejectedLines.slice(0, REFUSED_LISTED);
  const digits = Math.max(...shown.map(({ line }) => String(line).length));
  const lines = shown.flatMap(({ line, key, reason }) => {
    const [first = "", ...rest] = wrap(
      visible(key === null ? reason : `${key}: ${reason}`),
      width - digits - 10,
    );
    return [
      `  ${paint("yellow", `line ${String(line).padStart(digits)}`)}  ${first}`,
      ...rest.map((text) => `${" ".repeat(digits + 9)}${text}`),
    ];
  });
  const more = rejectedCount - shown.length;
  return more > 0 ? [...lines, `  and ${counted(more, "more line")}`] : lines;
}
