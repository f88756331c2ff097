import { defineConfig } from "tsup"

// Builds the JavaScript of every package, one entry per module.
// The declarations come from `tsc -b`: tsup's own `dts` cannot use TypeScript 7.
export default defineConfig({
  entry: ["src/**/*.ts"],
  format: "esm",
  target: "node24",
  sourcemap: true,
  clean: true,
  // tsup would write "sqlite" for "node:sqlite", and there is no such module.
  removeNodeProtocol: false
})
