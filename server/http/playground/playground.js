/* Runs in the browser: starts GraphiQL and puts examples into its editor. */
/* global document, window, localStorage, sessionStorage, location, monaco, queueMicrotask, setTimeout, YogaGraphiQL */

(() => {
  const settings = JSON.parse(document.getElementById("settings").textContent);
  const workers = { editorWorkerService: "editor-worker", json: "json-worker", graphql: "graphql-worker" };

  // GraphiQL's editor reads this while its script loads; `globalAPI` gives us `monaco`.
  window.MonacoEnvironment = {
    globalAPI: true,
    getWorkerUrl: (_, label) => `${settings.assets}/${workers[label]}.js`,
  };

  window.addEventListener("DOMContentLoaded", () => {
    monaco.editor.onDidCreateEditor((editor) => {
      const isAnswer = editor.getContainerDomNode().closest(".graphiql-response") !== null;
      editor.updateOptions({
        fontSize: 13,
        lineHeight: 19,
        lineNumbersMinChars: 3,
        wordWrap: "on",
        wrappingIndent: "indent",
      });
      if (isAnswer) editor.onDidChangeModelContent(() => queueMicrotask(() => dropStacks(editor.getModel())));
    });
    monaco.editor.onDidCreateModel((model) => {
      if (!isFile(model, "operation.graphql")) return;
      model.onDidChangeContent(() => mark(model.getValue()));
      mark(model.getValue());
    });
    const hasWork =
      localStorage.getItem("graphiql:tabState") !== null || new URL(location).searchParams.has("query");
    const [first] = settings.examples;
    YogaGraphiQL.renderYogaGraphiQL(document.getElementById("graphiql"), {
      endpoint: settings.endpoint,
      defaultQuery: first?.query ?? "{\n  datasets {\n    name\n    runCount\n  }\n}\n",
      ...(!hasWork && first && { variables: variablesText(first) }),
      defaultEditorToolsVisibility: false,
      shouldPersistHeaders: false,
      title: "",
      logo: "",
    });
    document.querySelector("nav").addEventListener("click", (event) => {
      const button = event.target.closest("button[data-example]");
      if (button) open(settings.examples[Number(button.dataset.example)]);
    });
    const datasets = document.querySelector(".datasets");
    datasets.addEventListener("click", (event) => {
      const link = event.target.closest("a");
      if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      choose(link.search);
    });
    datasets.addEventListener("change", ({ target }) =>
      choose(`?dataset=${encodeURIComponent(target.value)}`),
    );
    datasets.querySelector("[aria-current]")?.scrollIntoView({ block: "nearest", inline: "nearest" });
    openNext();
  });

  /** Where the name of the example to open is left for the page with examples on another dataset. */
  const NEXT = "sweepql:example";

  /** Comes back with examples on another dataset, and the same one open, where one is. */
  function choose(search) {
    const current = document.querySelector("button[aria-current]");
    if (current) sessionStorage.setItem(NEXT, settings.examples[current.dataset.example].name);
    location.assign(location.pathname + search);
  }

  /** The example that was open on another dataset, as soon as there is an editor for it. */
  function openNext() {
    const example = settings.examples.find(({ name }) => name === sessionStorage.getItem(NEXT));
    if (example && !document.querySelector(".graphiql-query-editor .view-lines"))
      return void setTimeout(openNext, 50);
    sessionStorage.removeItem(NEXT);
    if (example) open(example);
  }

  /** Puts an example into the current tab, ready to run; undo brings back what was there. */
  function open(example) {
    write("operation.graphql", example.query);
    write("variables.json", variablesText(example));
    write("response.json", "");
  }

  const variablesText = ({ variables }) =>
    Object.keys(variables).length > 0 ? JSON.stringify(variables, null, 2) : "";

  const isFile = ({ uri }, file) => uri.path.endsWith(file);

  function write(file, text) {
    const model = monaco.editor.getModels().find((one) => isFile(one, file));
    if (!model || model.getValue() === text) return;
    model.pushEditOperations([], [{ range: model.getFullModelRange(), text }], () => null);
    model.pushStackElement();
  }

  /** Shows which example the text is; none, as soon as it is edited. */
  function mark(text) {
    const index = settings.examples.findIndex(({ query }) => query === text.replaceAll("\r\n", "\n"));
    for (const button of document.querySelectorAll("button[data-example]")) {
      button.toggleAttribute("aria-current", Number(button.dataset.example) === index);
    }
  }

  /** GraphiQL shows where in its own code it noticed a fault of syntax, which is nobody's business. */
  function dropStacks(model) {
    const text = model?.getValue() ?? "";
    if (!text.includes('"stack"')) return;
    let answer;
    try {
      answer = JSON.parse(text);
    } catch {
      return;
    }
    if (!Array.isArray(answer.errors) || "data" in answer) return;
    for (const error of answer.errors) delete error.stack;
    model.setValue(JSON.stringify(answer, null, 2));
  }
})();
