import { outline, type Selections } from "./selections.js";

type Fields = Record<string, unknown>;

/** Which metric an argument `of` names. */
type MetricOf = (of: string | undefined) => unknown;

/** What a state stands for; undefined for those that stand for no number. */
const numberOf = (state: unknown): number | undefined =>
  ({ NAN: NaN, POSITIVE_INFINITY: Infinity, NEGATIVE_INFINITY: -Infinity })[state as string];

/**
 * Puts NaN and the infinities into an answer's data, in place: where a value is null and its state says
 * why, and in the lists and points of learning curves, by their `nonFinite`.
 */
export function reviveNonFinite(data: unknown, query: string, variables: unknown): unknown {
  revive(data, outline(query).selections, (of) => {
    const name = of?.startsWith("$") && of.slice(1);
    if (!name) return of;
    // A variable, or else its default: `$metric: MetricName = LOSS`.
    const given = (variables as Fields | undefined)?.[name];
    return given === undefined
      ? new RegExp(`\\$${name}\\s*:[\\s\\w![\\]]*=\\s*(\\w+)`).exec(query)?.[1]
      : given;
  });
  return data;
}

function revive(data: unknown, selections: Selections, metricOf: MetricOf): void {
  if (Array.isArray(data)) {
    for (const one of data) revive(one, selections, metricOf);
    return;
  }
  if (typeof data !== "object" || data === null) return;
  const fields = data as Fields;
  const number = numberOf(fields[keyOf(selections, "state")]);
  for (const [key, { field, below }] of selections) {
    if (!(key in fields)) continue;
    if (number !== undefined && (field === "value" || field === "number")) fields[key] ??= number;
    if (field === "nonFinite")
      for (const entry of fields[key] as Fields[]) {
        const [index, metric, state] = ["index", "metric", "state"].map((name) => entry[keyOf(below, name)]);
        const value = numberOf(state);
        if (value !== undefined)
          place(fields, selections, metricOf, index as number, metric as string, value);
      }
    revive(fields[key], below, metricOf);
  }
}

/** Puts a number where the metric stands in a point or a series, under whatever names it was asked for. */
function place(
  fields: Fields,
  selections: Selections,
  metricOf: MetricOf,
  index: number,
  metric: string,
  value: number,
): void {
  const put = (holder: Fields, key: string): void => {
    const held = holder[key];
    if (Array.isArray(held)) held[index] = value;
    else if (held === null) holder[key] = value;
  };
  const typed = fieldOf(metric, selections);
  for (const [key, { field, of, below }] of selections) {
    if (field === typed || (field === "metric" && metricOf(of) === metric)) put(fields, key);
    if (field === "metrics")
      for (const series of (fields[key] ?? []) as Fields[])
        if (series[keyOf(below, "metric")] === metric) put(series, keyOf(below, "values"));
  }
}

const keyOf = (selections: Selections, name: string): string =>
  [...selections].find(([, { field }]) => field === name)?.[0] ?? name;

/** The typed field of a metric: `VAL_RAW_LOSS` is `valRawLoss`. Of a word's digits the name does not tell, so that another spelling will do where this one is not asked for. */
function fieldOf(metric: string, selections: Selections): string | undefined {
  const exact = metric.toLowerCase().replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
  const names = Array.from(selections.values(), ({ field }) => field);
  const plain = (name: string): string => name.replaceAll("_", "").toLowerCase();
  return names.includes(exact) ? exact : names.find((name) => plain(name) === plain(metric));
}
