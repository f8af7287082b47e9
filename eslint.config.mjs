import importX, { createNodeResolver } from "eslint-plugin-import-x";
import tseslint from "typescript-eslint";

/** Folders that may not import others: imports run one way (CONTRIBUTING.md draws it). */
const forbid = (target, from, message) => ({ target, from, message });

/** Inside server/, what each folder may import of server/ beside itself. */
const serverFolders = {
  statistics: [],
  executor: [],
  duckdb: [],
  sample: ["errors.ts"],
  sql: ["duckdb"],
  ingest: ["errors.ts", "duckdb"],
  store: ["errors.ts", "duckdb", "sql"],
  analyses: ["errors.ts", "statistics", "run-typescript.js"],
  cache: ["errors.ts", "duckdb", "ingest", "file-stamp.ts", "process-names.ts", "settings-reader.ts"],
  export: [],
};

const serverZones = Object.entries(serverFolders).map(([folder, allowed]) => ({
  target: `./server/${folder}`,
  from: "./server",
  except: [folder, ...allowed].map((path) => `./${path}`),
  message: `server/${folder} may import of server/: ${allowed.join(", ") || "nothing"}.`,
}));

export default tseslint.config(
  { ignores: ["**/dist/", "**/generated/", "test/golden/", ".scratch/", "data/", "coverage/"] },
  ...tseslint.configs.recommendedTypeChecked,
  {
    languageOptions: {
      parserOptions: { projectService: { allowDefaultProject: ["eslint.config.mjs"] } },
    },
    plugins: { "import-x": importX },
    settings: {
      "import-x/resolver-next": [createNodeResolver({ extensionAlias: { ".js": [".ts", ".js"] } })],
    },
    rules: {
      "@typescript-eslint/no-explicit-any": "error",
      "@typescript-eslint/consistent-type-imports": "error",
      "@typescript-eslint/switch-exhaustiveness-check": [
        "error",
        { considerDefaultExhaustiveForUnions: true },
      ],
      "@typescript-eslint/no-unused-vars": ["error", { argsIgnorePattern: "^_", varsIgnorePattern: "^_" }],
      "@typescript-eslint/restrict-template-expressions": "off",
      // Yoga hands its plugins methods to be taken apart.
      "@typescript-eslint/unbound-method": "off",
      "max-lines": ["warn", { max: 320, skipBlankLines: true, skipComments: true }],
      "import-x/no-cycle": ["error", { ignoreExternal: true }],
      "import-x/no-restricted-paths": [
        "error",
        {
          zones: [
            forbid("./schema", "./server", "schema/ says what can be asked; it knows no engine."),
            forbid("./schema", "./client", "schema/ imports nothing of client/."),
            forbid("./server", "./client", "server/ imports nothing of client/."),
            forbid("./client", "./schema", "client/ imports only what codegen wrote."),
            forbid("./client", "./server", "client/ imports only what codegen wrote."),
            forbid("./schema", "./test", "Only tests import tests."),
            forbid("./server", "./test", "Only tests import tests."),
            forbid("./client", "./test", "Only tests import tests."),
            ...serverZones,
          ],
        },
      ],
    },
  },
  {
    files: ["schema/**", "client/**", "server/**"],
    ignores: ["server/duckdb/**"],
    rules: {
      "no-restricted-imports": [
        "error",
        { patterns: [{ group: ["@duckdb/*"], message: "Only server/duckdb/ speaks to the engine." }] },
      ],
    },
  },
  {
    files: ["**/*.js", "**/*.mjs"],
    extends: [tseslint.configs.disableTypeChecked],
  },
);
