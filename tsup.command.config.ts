import { defineConfig } from "tsup"

// Builds the command line of `packages/cli` into few files, with what they need of all packages and of Effect: most of the
// time of a short command is the loading of modules. Run after the modules were built (`packages/cli/src/internal/start.ts`).
export default defineConfig({
  entry: ["src/Cli.ts"],
  outDir: "dist/bundle",
  format: "esm",
  platform: "node",
  target: "node24",
  splitting: true,
  noExternal: [/./],
  // Without names that people read in messages and stacks.
  minifySyntax: true,
  minifyWhitespace: true,
  // The CommonJS form of jsonc-parser loads its files in a way that esbuild does not see.
  esbuildOptions: (options) => {
    options.mainFields = ["module", "main"]
  },
  // Some libraries are CommonJS, which calls require.
  banner: {
    js: 'import { createRequire as nodeRequire } from "node:module"; const require = nodeRequire(import.meta.url);'
  },
  removeNodeProtocol: false
})
