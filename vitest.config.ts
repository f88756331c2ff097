import { defineConfig } from "vitest/config"
import closingLine from "./scripts/closing-line.ts"

export default defineConfig({
  test: {
    // One project whose files share their workers: a project per package, or a worker
    // per file, loads Effect again each time and takes many times as long.
    include: ["{packages,examples}/*/test/**/*.test.ts"],
    isolate: false,
    globalSetup: ["scripts/temporary-folder.ts"],
    setupFiles: ["packages/testing/test/replayLogs.ts", "scripts/patience.ts"],
    reporters: ["default", closingLine],
    coverage: { provider: "v8", include: ["packages/*/src/**"], reporter: ["text"] }
  }
})
