import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    testTimeout: 60_000,
    // No test is answered by what an earlier run of the tests has found out.
    env: { SMPLAB_CACHE: "off" },
    reporters: ["default"],
  },
});
