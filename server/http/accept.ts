/** What clients accept (RFC 9110, 12.5): media types and codings, each with its weight. */

interface Range {
  readonly name: string;
  /** From 0, not acceptable, to 1. */
  readonly weight: number;
}

const rangesOf = (header: string): Range[] =>
  header
    .toLowerCase()
    .split(",")
    .map((range) => range.split(";").map((part) => part.trim()))
    .map(([name = "", ...parameters]) => {
      const q = parameters.find((parameter) => parameter.startsWith("q="));
      return { name, weight: q === undefined ? 1 : Number(q.slice(2)) || 0 };
    });

/**
 * Which of some offers an Accept header likes best; null where it takes none. The range that names most
 * of a type says how much it is liked. Among equals, what is named goes before what is not, in the
 * header's order, and then in that of the offers.
 */
export function bestOffer<T>(
  accept: string | null,
  offers: readonly T[],
  typesOf: (offer: T) => readonly string[],
): T | null {
  const ranges = rangesOf(accept?.trim() || "*/*");
  const liked = offers.map((offer) => ({ offer, ...likingOf(typesOf(offer), ranges) }));
  const [best] = liked
    .filter(({ weight }) => weight > 0)
    .sort((a, b) => b.weight - a.weight || b.precision - a.precision || a.place - b.place);
  return best?.offer ?? null;
}

/** What the header says of an offer, how precisely, and where. */
function likingOf(types: readonly string[], ranges: readonly Range[]) {
  const groups = types.map((type) => type.replace(/\/.*/, "/*"));
  for (const [precision, names] of [...[["*/*"], groups, types].entries()].reverse()) {
    const place = ranges.findIndex(({ name }) => names.includes(name));
    const weight = ranges[place]?.weight;
    if (weight !== undefined) return { weight, precision, place };
  }
  return { weight: 0, precision: 0, place: 0 };
}

/** Whether an Accept-Encoding header takes gzip. */
export function takesGzip(acceptEncoding: string | string[] | null | undefined): boolean {
  const ranges = rangesOf(String(acceptEncoding ?? ""));
  const weightOf = (coding: string) => ranges.find(({ name }) => name === coding)?.weight;
  return (weightOf("gzip") ?? weightOf("*") ?? 0) > 0;
}
