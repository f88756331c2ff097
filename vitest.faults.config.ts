import { defineConfig } from "vitest/config"
import closingLine from "./scripts/closing-line.ts"

/** The fault tests: they kill real processes, again and again, and take longer than the others. */
export default defineConfig({
  test: {
    include: ["packages/*/faults/**/*.faults.ts"],
    globalSetup: ["scripts/temporary-folder.ts"],
    testTimeout: 1_200_000,
    reporters: ["default", closingLine]
  }
})
