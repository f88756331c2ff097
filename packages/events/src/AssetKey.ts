/**
 * Keys of assets in text form: parts joined by slashes, such as `sales/daily`.
 *
 * @since 0.1.0
 */
export const AssetKey = {
  /** The parts of a text key: `["sales", "daily"]` of `sales/daily`. */
  parts: (key: string): ReadonlyArray<string> => key.split("/"),

  /** The text key of parts. */
  fromParts: (parts: ReadonlyArray<string>): string => parts.join("/"),

  /** The name of the asset's step and of its entry under `ops`: `sales__daily`. */
  toOpName: (key: string): string => key.replaceAll("/", "__").replaceAll(/[^A-Za-z0-9_]/g, "_"),

  /** Tells whether a string is a key: its parts are not empty. */
  is: (key: string): boolean => key.split("/").every((part) => part !== "")
}
