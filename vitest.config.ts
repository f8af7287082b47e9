import { defineConfig } from "vitest/config";

/** Where CI wants a report to count by; the tests themselves are the same. */
const report = process.env["SWEEPQL_TEST_REPORT"];

export default defineConfig({
  // Vite would take graphql's ES modules, while Pothos and Yoga, outside of it, take CommonJS: two realms.
  resolve: {
    conditions: ["sweepql-source"],
    alias: [{ find: /^graphql$/, replacement: "graphql/index.js" }],
  },
  ssr: { resolve: { conditions: ["sweepql-source"], externalConditions: ["sweepql-source"] } },
  test: {
    include: ["test/**/*.test.ts"],
    // What tests load is kept for nobody; those of the cache say where.
    env: { SWEEPQL_CACHE: "0" },
    // One fewer than cores by default; but most tests wait for a process, a disk or a clock half of their time.
    maxWorkers: "100%",
    // They end what hangs, and nothing else: a loaded machine is ten times as slow, and right all the same.
    testTimeout: 600_000,
    hookTimeout: 600_000,
    expect: { poll: { timeout: 300_000 } },
    reporters: report ? ["default", ["json", { outputFile: report }]] : ["default"],
  },
});
