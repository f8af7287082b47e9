import { existsSync } from "node:fs";
import { type Browser, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { exampleQueries } from "../../schema/examples/examples.js";
import { type Folder, makeSampleFolder } from "./folder.js";
import { type Here, serveHere } from "./serve-here.js";

const usual = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"].flatMap((name) => [
  `/usr/bin/${name}`,
  `/usr/local/bin/${name}`,
]);
const executablePath = [
  process.env["CHROMIUM_PATH"],
  ...usual,
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
].find((path): path is string => path !== undefined && existsSync(path));
const isRequired = process.env["SWEEPQL_REQUIRE_BROWSER"] === "1";
if (!executablePath)
  console.warn("SKIPPED: the playground's tests; no Chromium was found. CHROMIUM_PATH can name one.");

test.runIf(isRequired)("a browser is there, as SWEEPQL_REQUIRE_BROWSER wants", () => {
  expect(executablePath).toBeDefined();
});

describe.skipIf(!executablePath)("the playground", () => {
  let sample: Folder;
  let here: Here;
  let browser: Browser;
  beforeAll(async () => {
    sample = await makeSampleFolder();
    here = await serveHere([sample.path]);
    browser = await chromium.launch({ executablePath: executablePath ?? "", args: ["--no-sandbox"] });
  });
  afterAll(async () => {
    await browser?.close();
    await here?.server.stop(1000);
    await here?.snapshot.close();
    sample?.remove();
  });

  /** Opens the playground as someone new, and notes what it asks for and complains of. */
  async function visit(width: number, height: number) {
    const context = await browser.newContext({ viewport: { width, height } });
    const outside: string[] = [];
    const complaints: string[] = [];
    context.on("request", (request) => {
      const url = new URL(request.url());
      const isInside =
        url.origin === new URL(here.server.url).origin ||
        url.protocol === "data:" ||
        url.protocol === "blob:";
      if (!isInside) outside.push(request.url());
    });
    const page = await context.newPage();
    page.on("pageerror", (error) => complaints.push(error.message));
    page.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
    await page.goto(new URL("/", here.server.url).href);
    await page.waitForSelector(".graphiql-execute-button");
    return { page, outside, complaints, close: () => context.close() };
  }

  const editorText = (page: Page): Promise<string> =>
    page.locator(".graphiql-query-editor .view-lines").innerText();

  /** Waits until the operation is in the editor, and GraphiQL has taken note of its name. */
  async function waitForOperation(page: Page, name: string): Promise<void> {
    await page.waitForSelector(`.graphiql-query-editor .view-lines:has-text("query ${name}")`);
    await page.waitForSelector(`.graphiql-tab-active:has-text("${name}")`);
  }

  async function runIt(page: Page): Promise<string> {
    const answered = page.waitForResponse((response) => {
      const request = response.request();
      return request.method() === "POST" && response.ok() && !request.postData()?.includes("__schema");
    });
    await page.click(".graphiql-execute-button");
    const { data } = (await (await answered).json()) as { data?: object };
    const [shown] = Object.keys(data ?? { errors: [] });
    await page.waitForSelector(`.graphiql-response .view-lines:has-text("${shown}")`);
    return answerText(page);
  }

  test("opens with the first example, answers each one, and asks nobody else", async () => {
    const { page, outside, complaints, close } = await visit(1280, 800);
    expect(await page.title()).toBe("sweepql playground");
    expect(await page.innerText("header")).toContain("llama-33m_tuning");
    expect(await page.innerText("header")).toContain(here.snapshot.catalogue.version.slice(0, 8));
    await waitForOperation(page, "BestRuns");
    expect(await runIt(page)).toContain("totalCount");

    const examples = exampleQueries(here.snapshot.catalogue);
    expect(await page.locator("nav button b").allInnerTexts()).toEqual(examples.map(({ title }) => title));
    for (const { name, query } of examples) {
      await page.click(`#example-${name}`);
      const operation = /query (\w+)/.exec(query)?.[1] ?? "";
      await waitForOperation(page, operation);
      expect(await runIt(page)).not.toContain("errors");
    }
    expect(outside).toEqual([]);
    expect(complaints).toEqual([]);
    await close();
  });

  /** Replaces what stands in the editor, which closes braces by itself. */
  async function write(page: Page, text: string): Promise<void> {
    await page.click(".graphiql-query-editor .view-lines");
    await page.keyboard.press("Control+a");
    await page.keyboard.press("Delete");
    await page.evaluate(
      ([query]) => {
        const { monaco } = globalThis as unknown as {
          monaco: {
            editor: { getModels(): { uri: { path: string }; setValue(text: string): void }[] };
          };
        };
        for (const model of monaco.editor.getModels())
          if (model.uri.path.endsWith("operation.graphql")) model.setValue(query as string);
      },
      [text],
    );
  }

  const answerText = (page: Page): Promise<string> =>
    page.locator(".graphiql-response .view-lines").innerText();

  /** Runs what stands in the editor, which takes no run within a moment of a change: ask again until it did. */
  async function runAnew(page: Page): Promise<string> {
    await page.click(".graphiql-execute-button");
    return answerText(page);
  }

  /** Where the lines of the answer end, in pixels; all at one moment, since the editor draws them anew. */
  const rightEdges = (page: Page): Promise<number[]> =>
    page
      .locator(".graphiql-response .view-line > span")
      .evaluateAll((lines) => lines.map((line) => line.getBoundingClientRect().right));

  const marked = (page: Page): Promise<string[]> =>
    page.locator("nav button[aria-current] b").allInnerTexts();

  test("shows faults in full, without what only its own code is about", async () => {
    const { page, close } = await visit(1400, 900);
    await waitForOperation(page, "BestRuns");
    expect(await marked(page)).toHaveLength(1);
    await write(
      page,
      "{ runs { nodes { hyperparameters { learningRate } score(of: VAL_RAW_LOS) { value } } } }",
    );
    expect(await marked(page)).toEqual([]);
    await expect.poll(() => runAnew(page), { interval: 500 }).toContain("mean");
    await expect
      .poll(() => rightEdges(page))
      .toSatisfy((edges: number[]) => edges.length > 1 && Math.max(...edges) <= 1400);

    await write(page, "{ runs(");
    await expect.poll(() => runAnew(page), { interval: 500 }).toContain("Syntax");
    await expect.poll(() => answerText(page)).not.toContain("stack");
    await page.click("#example-best-runs");
    await expect.poll(() => marked(page)).toHaveLength(1);
    await close();
  });

  test("asks about the dataset that is chosen, and keeps the example that is open", async () => {
    const { page, close } = await visit(1280, 800);
    await page.click("#example-cost");
    await waitForOperation(page, "Cost");
    expect(await page.innerText("nav h2 >> nth=0")).toContain("llama-33m_tuning");
    await page.click('.datasets a:has-text("llama-33m_residual")');
    await page.waitForSelector('nav h2:has-text("llama-33m_residual")');
    await waitForOperation(page, "Cost");
    await expect.poll(() => editorText(page)).toContain("llama-33m_residual");
    expect(await runIt(page)).not.toContain("errors");
    await write(page, "{ datasets { name } }");
    await expect
      .poll(() => page.evaluate("localStorage.getItem('graphiql:tabState')"))
      .toContain("{ datasets { name } }");
    await page.reload();
    await page.waitForSelector('.graphiql-query-editor .view-lines:has-text("datasets")');
    expect(await page.innerText("nav h2 >> nth=0")).toContain("llama-33m_residual");
    await close();
  });

  test("shows editor and answer above each other on a phone, and nothing sticks out", async () => {
    const { page, outside, close } = await visit(390, 844);
    await page.click("nav button >> nth=1");
    await waitForOperation(page, "ByHyperparameter");
    expect(await runIt(page)).toContain("aggregateRuns");
    const editor = await page.locator(".graphiql-editors").boundingBox();
    const answer = await page.locator(".graphiql-response").boundingBox();
    if (!editor || !answer) throw new Error("editor or answer is not shown");
    expect(answer.y).toBeGreaterThanOrEqual(editor.y + editor.height);
    expect(Math.min(editor.width, answer.width)).toBeGreaterThan(300);
    expect(answer.y + answer.height).toBeLessThanOrEqual(844);
    expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(390);
    expect(outside).toEqual([]);
    await close();
  });

  test("keeps what someone wrote over a reload, and brings it back by undo", async () => {
    const { page, close } = await visit(1280, 800);
    await waitForOperation(page, "BestRuns");
    await page.click("#example-cost");
    await waitForOperation(page, "Cost");
    await expect
      .poll(() => page.evaluate("localStorage.getItem('graphiql:tabState')"))
      .toContain("query Cost");
    await page.reload();
    await waitForOperation(page, "Cost");
    await page.click("#example-best-runs");
    await waitForOperation(page, "BestRuns");
    await page.click(".graphiql-query-editor .view-lines");
    await page.keyboard.press("Control+z");
    await waitForOperation(page, "Cost");
    expect(await editorText(page)).not.toContain("BestRuns");
    await close();
  });
});

test("its files may be kept for ever, and are gone under another version", async () => {
  const sample = await makeSampleFolder();
  const here = await serveHere([sample.path]);
  const html = await (await fetch(here.server.url, { headers: { accept: "text/html" } })).text();
  const path = /src="([^"]+graphiql\.js)"/.exec(html)?.[1] ?? "";
  const script = await fetch(new URL(path, here.server.url));
  expect(script.headers.get("content-encoding")).toBe("gzip");
  expect(script.headers.get("cache-control")).toContain("immutable");
  expect(await script.text()).toContain("renderYogaGraphiQL");
  expect(
    (await fetch(new URL(path.replace(/playground\/\w+/, "playground/0"), here.server.url))).status,
  ).toBe(404);
  expect((await fetch(new URL(`${path}/../../../../package.json`, here.server.url))).status).toBe(404);
  await here.server.stop(1000);
  await here.snapshot.close();
  sample.remove();
});
