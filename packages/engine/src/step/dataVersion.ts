import { createHash } from "node:crypto"

/** The data version of an asset that has never been materialized or observed. */
export const INITIAL_DATA_VERSION = "INITIAL"

/**
 * Computes the data version of a materialization whose body gives none.
 *
 * @param codeVersion - version of the code
 * @param inputs - the data version of each upstream asset, by text key
 * @returns the SHA-256 digest of the code version and those of the inputs in the order of their keys, as 64 hexadecimal digits
 * @source Dagster compute_logical_data_version
 */
export const dataVersion = (codeVersion: string, inputs: ReadonlyMap<string, string>): string => {
  const hash = createHash("sha256").update(codeVersion)
  for (const key of [...inputs.keys()].toSorted()) hash.update(inputs.get(key)!)
  return hash.digest("hex")
}
