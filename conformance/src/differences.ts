import { readFileSync } from "node:fs"

/** Of the cases, at most one in so many may differ on purpose. */
export const ONE_IN = 20

/** The cases that differ on purpose, by id, each with its reason. */
export const readDifferences = (): { readonly [id: string]: string } =>
  JSON.parse(readFileSync(new URL("../differences.json", import.meta.url), "utf8")) as { readonly [id: string]: string }
