import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    pool: "threads",
    // Many tests wait for programs, so two cores are kept busy by three.
    maxWorkers: 3,
    // Some tests start programs; on a loaded machine each start takes seconds.
    testTimeout: 30_000,
    reporters: ["default", "./test/support/closing-line-reporter.ts"],
  },
});
