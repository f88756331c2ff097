import { defineConfig } from "vitest/config"

const { end, file, start, text } = JSON.parse(process.env["HEDDLE_MUTANT"]!) as {
  readonly file: string
  readonly start: number
  readonly end: number
  readonly text: string
}

/** The tests of the engine with one change in its source, which is nowhere on disk. */
export default defineConfig({
  plugins: [
    {
      name: "mutant",
      enforce: "pre",
      transform: (source, id) =>
        file !== "" && id.endsWith(`/${file}`)
          ? { code: source.slice(0, start) + text + source.slice(end), map: null }
          : undefined
    }
  ],
  test: {
    reporters: ["dot"],
    testTimeout: 60_000,
    // The cache knows a module by its text on disk.
    fsModuleCache: false
  }
})
