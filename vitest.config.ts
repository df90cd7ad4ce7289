import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    pool: "threads",
    // One more than cores: tests wait for programs and disks a third of their time.
    maxWorkers: 3,
    // Some tests start programs; on a loaded machine each start takes seconds.
    testTimeout: 30_000,
    reporters: ["default", "./test/support/closing-line-reporter.ts"],
  },
});
