import { defineConfig } from "vitest/config";

export default defineConfig({
  resolve: { conditions: ["sweepql-source"] },
  ssr: { resolve: { conditions: ["sweepql-source"], externalConditions: ["sweepql-source"] } },
  test: {
    include: ["test/**/*.test.ts"],
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
});
