import { existsSync, readFileSync } from "node:fs"

/** The manifest of this package: the build puts this module into a file of `dist`, or of a folder in it. */
const manifest = ["../package.json", "../../package.json"]
  .map((path) => new URL(path, import.meta.url))
  .find((url) => existsSync(url))!

const found: { readonly version: string } = JSON.parse(readFileSync(manifest, "utf8"))

/** Version of the command line. */
export const { version } = found
