import { defineConfig } from "vitest/config";

/** Where CI wants a report to count by; the tests themselves are the same. */
const report = process.env["SWEEPQL_TEST_REPORT"];

export default defineConfig({
  resolve: { conditions: ["sweepql-source"] },
  ssr: { resolve: { conditions: ["sweepql-source"], externalConditions: ["sweepql-source"] } },
  test: {
    include: ["test/**/*.test.ts"],
    testTimeout: 120_000,
    hookTimeout: 120_000,
    reporters: report ? ["default", ["json", { outputFile: report }]] : ["default"],
  },
});
