import { outline, type Selected, type Selections } from "./selections.js";

type Fields = Record<string, unknown>;

/** What a state stands for; undefined for those that stand for no number. */
const numberOf = (state: unknown): number | undefined =>
  ({ NAN: NaN, POSITIVE_INFINITY: Infinity, NEGATIVE_INFINITY: -Infinity })[String(state)];

/**
 * Puts NaN and the infinities into an answer's data, in place: where a value is null and its state says
 * why, and in the lists and points of learning curves, by their `nonFinite`.
 */
export function reviveNonFinite(data: unknown, query: string, variables: unknown): unknown {
  const { selections, defaults } = outline(query);
  const metricOf = (of: string | undefined): unknown => {
    if (!of?.startsWith("$")) return of;
    const given = (variables as Fields | undefined)?.[of.slice(1)];
    return given === undefined ? defaults.get(of.slice(1)) : given;
  };
  revive(data, selections, metricOf);
  return data;
}

function revive(data: unknown, selections: Selections, metricOf: (of: string | undefined) => unknown): void {
  if (typeof data !== "object" || data === null) return;
  if (Array.isArray(data)) {
    for (const one of data) revive(one, selections, metricOf);
    return;
  }
  const fields = data as Fields;
  const named = (name: string): [key: string, selected: Selected][] =>
    [...selections].filter(([key, { field }]) => field === name && key in fields);

  const [state] = named("state");
  const number = state && numberOf(fields[state[0]]);
  if (number !== undefined)
    for (const [key] of [...named("value"), ...named("number")]) fields[key] ??= number;

  for (const [key, { below }] of named("nonFinite")) {
    const key3 = ["index", "metric", "state"].map((name) => keyOf(below, name));
    for (const entry of fields[key] as Fields[]) {
      const [index, metric, found] = key3.map((one) => entry[one]);
      const value = numberOf(found);
      if (value !== undefined) place(fields, selections, metricOf, Number(index), String(metric), value);
    }
  }
  for (const [key, { below }] of selections) revive(fields[key], below, metricOf);
}

/** Puts a number where the metric stands in a point or a series, under whatever names it was asked for. */
function place(
  fields: Fields,
  selections: Selections,
  metricOf: (of: string | undefined) => unknown,
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
