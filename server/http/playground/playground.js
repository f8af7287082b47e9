/* Runs in the browser: starts GraphiQL and puts examples into its editor. */
/* global document, window, localStorage, location, monaco, YogaGraphiQL */

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
        wordWrap: isAnswer ? "off" : "on",
        wrappingIndent: "indent",
      });
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
    if (!hasWork && first) mark(0);
    document.querySelector("nav").addEventListener("click", (event) => {
      const button = event.target.closest("button[data-example]");
      if (button) open(Number(button.dataset.example));
    });
  });

  /** Puts an example into the current tab, ready to run; undo brings back what was there. */
  function open(index) {
    const example = settings.examples[index];
    write("operation.graphql", example.query);
    write("variables.json", variablesText(example));
    write("response.json", "");
    mark(index);
  }

  const variablesText = ({ variables }) =>
    Object.keys(variables).length > 0 ? JSON.stringify(variables, null, 2) : "";

  function write(file, text) {
    const model = monaco.editor.getModels().find(({ uri }) => uri.path.endsWith(file));
    if (!model || model.getValue() === text) return;
    model.pushEditOperations([], [{ range: model.getFullModelRange(), text }], () => null);
    model.pushStackElement();
  }

  function mark(index) {
    for (const button of document.querySelectorAll("button[data-example]")) {
      button.toggleAttribute("aria-current", Number(button.dataset.example) === index);
    }
  }
})();
