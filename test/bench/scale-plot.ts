/** How something grows with the number of runs. */
export interface Series {
  readonly name: string;
  readonly points: readonly { readonly runs: number; readonly value: number }[];
}

/** Lines over one axis. */
export interface Panel {
  readonly title: string;
  readonly series: readonly Series[];
}

const PANEL = { width: 440, height: 330, left: 56, top: 34, right: 130, bottom: 36 };
/** Told apart without colour vision, and on white and black. */
const COLOURS = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#8c8c8c"];

/** Panels side by side as an SVG, both axes logarithmic: what grows in proportion has the slope of the grid's diagonal. */
export function scalePlot(panels: readonly Panel[]): string {
  const width = panels.length * PANEL.width;
  const drawn = panels.map(
    (panel, index) => `<g transform="translate(${index * PANEL.width} 0)">${drawPanel(panel)}</g>`,
  );
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${PANEL.height}" width="${width}" height="${PANEL.height}" font-family="sans-serif" font-size="11" fill="#808080">\n${drawn.join("\n")}\n</svg>\n`;
}

function drawPanel({ title, series }: Panel): string {
  const all = series.flatMap(({ points }) => points);
  const x = axis(
    all.map(({ runs }) => runs),
    PANEL.left,
    PANEL.width - PANEL.right,
  );
  const y = axis(
    all.map(({ value }) => value),
    PANEL.height - PANEL.bottom,
    PANEL.top,
  );
  const right = PANEL.width - PANEL.right;
  const bottom = PANEL.height - PANEL.bottom;
  const grid = [
    ...x.ticks.map(
      (tick) =>
        line(x.at(tick), PANEL.top, x.at(tick), bottom) +
        text(x.at(tick), bottom + 15, "middle", label(tick)),
    ),
    ...y.ticks.map(
      (tick) =>
        line(PANEL.left, y.at(tick), right, y.at(tick)) +
        text(PANEL.left - 6, y.at(tick) + 4, "end", label(tick)),
    ),
  ];
  const heights = spread(series.map(({ points }) => y.at(points.at(-1)?.value ?? Number.NaN)));
  const lines = series.map(({ name, points }, index) => {
    const colour = COLOURS[index % COLOURS.length] ?? "";
    const places = points.map(({ runs, value }) => `${round(x.at(runs))},${round(y.at(value))}`);
    const dots = places.map(
      (place) => `<circle cx="${place.replace(",", '" cy="')}" r="2.5" fill="${colour}"/>`,
    );
    const named = text(right + 8, (heights[index] ?? 0) + 4, "start", name, colour);
    return `<polyline points="${places.join(" ")}" fill="none" stroke="${colour}" stroke-width="1.5"/>${dots.join("")}${named}`;
  });
  return [text(PANEL.left, 18, "start", `${title}, by runs`), ...grid, ...lines].join("\n");
}

/** A logarithmic axis over whole decades, as far as the values go. */
function axis(values: readonly number[], from: number, to: number) {
  const low = Math.log10(Math.min(...values));
  const high = Math.log10(Math.max(...values));
  const [first, last] = [Math.floor(low), Math.ceil(high)];
  const ticks = Array.from({ length: last - first + 1 }, (_, index) => 10 ** (first + index));
  return {
    ticks,
    at: (value: number) => from + ((Math.log10(value) - first) / (last - first)) * (to - from),
  };
}

/** Heights of labels, moved apart where they would lie over each other. */
function spread(heights: readonly number[]): number[] {
  const placed = heights.map((height, index) => ({ height, index })).sort((a, b) => a.height - b.height);
  placed.forEach((one, place) => {
    const above = placed[place - 1];
    if (above) one.height = Math.max(one.height, above.height + 13);
  });
  return placed.sort((a, b) => a.index - b.index).map(({ height }) => height);
}

const round = (value: number): string => value.toFixed(1);
const label = (tick: number): string => (tick < 1 ? String(tick) : tick.toLocaleString("en-US"));
const line = (x1: number, y1: number, x2: number, y2: number): string =>
  `<path d="M${round(x1)} ${round(y1)}L${round(x2)} ${round(y2)}" stroke="#808080" stroke-opacity="0.3"/>`;
const text = (x: number, y: number, anchor: string, words: string, colour = "#808080"): string =>
  `<text x="${round(x)}" y="${round(y)}" text-anchor="${anchor}" fill="${colour}">${words}</text>`;
