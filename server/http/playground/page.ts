import type { Catalogue, Dataset } from "../../../schema/catalogue.js";
import { type Example, exampleQueries, richestDataset } from "../../../schema/examples/examples.js";

export interface PageOptions {
  readonly endpoint: string;
  /** Where the assets lie: a path without a slash at its end. */
  readonly assets: string;
  /** Tables that can be had as files by a link, by name and address. */
  readonly files: readonly FileLink[];
  /** Which dataset the examples ask about; the richest where there is none of this name. */
  readonly dataset: string | null;
}

export interface FileLink {
  readonly name: string;
  readonly href: string;
}

/** Datasets that the header has room for. */
const DATASETS_SHOWN = 3;

/** The playground's page: its header and its menu of examples; GraphiQL fills in the rest. */
export function playgroundPage(
  catalogue: Catalogue,
  { endpoint, assets, files, dataset: asked }: PageOptions,
): string {
  const { datasets } = catalogue;
  const chosen = datasets.find(({ name }) => name === asked) ?? richestDataset(catalogue);
  const examples = exampleQueries(catalogue, chosen);
  const settings = {
    endpoint,
    assets,
    examples: examples.map(({ name, query, variables }) => ({ name, query, variables })),
  };
  // The chosen one is always in sight.
  const shown = datasets.filter((one, index) => one === chosen || index < DATASETS_SHOWN);
  const more = datasets.filter((one) => !shown.includes(one));
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>sweepql playground</title>
<link rel="icon" href="data:image/svg+xml,${encodeURIComponent(mark)}">
<link rel="stylesheet" href="${assets}/graphiql.css">
<link rel="stylesheet" href="${assets}/playground.css">
</head>
<body>
<header>
  <h1>${mark}sweepql</h1>
  <ul class="datasets" aria-label="Datasets">
    ${shown.map((dataset) => datasetItem(dataset, dataset === chosen)).join("\n    ")}
    ${more.length > 0 ? moreDatasets(more) : ""}
  </ul>
  <span class="version" title="Every answer names this version of the data in extensions.dataVersion">data ${escape(catalogue.version.slice(0, 8))}</span>
</header>
<main>
  <nav aria-label="Example queries">
    <h2>Examples${chosen && datasets.length > 1 ? ` on <b>${escape(chosen.name)}</b>` : ""}</h2>
    <ol>
      ${examples.map(exampleItem).join("\n      ")}
    </ol>
    ${files.length > 0 ? `<h2>All of it, as CSV</h2>\n    <ul class="files">\n      ${files.map(fileItem).join("\n      ")}\n    </ul>` : ""}
  </nav>
  <section id="graphiql"><p class="loading">Loading the editor…</p></section>
</main>
<noscript>The playground needs JavaScript. The API does not: POST a query to ${escape(endpoint)}.</noscript>
<script type="application/json" id="settings">${JSON.stringify(settings).replaceAll("<", "\\u003c")}</script>
<script src="${assets}/playground.js"></script>
<script src="${assets}/graphiql.js"></script>
</body>
</html>
`;
}

/** A link to the page with examples on this dataset. */
const datasetItem = ({ name, runCount, synthetic, description }: Dataset, isChosen: boolean): string =>
  `<li><a href="?dataset=${encodeURIComponent(name)}" title="Examples on this: ${escape(description ?? name)}"${isChosen ? ' aria-current="true"' : ""}><b>${escape(name)}</b> ${runCount.toLocaleString("en-US")} ${runCount === 1 ? "run" : "runs"}${synthetic ? " <i>simulated</i>" : ""}</a></li>`;

const moreDatasets = (datasets: readonly Dataset[]): string =>
  `<li><select aria-label="Examples on another dataset"><option value="">${datasets.length} more</option>${datasets.map(({ name }) => `<option>${escape(name)}</option>`).join("")}</select></li>`;

const exampleItem = ({ name, title, description }: Example, index: number): string =>
  `<li><button type="button" data-example="${index}" id="example-${escape(name)}"><b>${escape(title)}</b><span>${escape(description)}</span></button></li>`;

const fileItem = ({ name, href }: FileLink): string =>
  `<li><a href="${escape(href)}" download>${escape(name)}</a></li>`;

const escape = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");

/** Three learning curves that part. */
const mark = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24" width="24" height="24" aria-hidden="true"><rect width="24" height="24" rx="6" fill="#3b5bdb"/><g fill="none" stroke="#fff" stroke-width="2" stroke-linecap="round"><path d="M5 5c2 9 6 13 14 14"/><path d="M5 5c3 6 7 8 14 8.500" opacity=".75"/><path d="M5 5c4 2.500 8 3 14 3" opacity=".5"/></g></svg>`;
