import { createHash } from "node:crypto"

/** How many characters of a name its file name keeps. The rest of a path needs room too. */
const LONGEST = 120

/** Characters that are distinct in every file system, whether or not it is case-sensitive. */
const PLAIN = /^[a-z0-9_[\]][a-z0-9_.[\]-]*$/
/** The same, and capital letters, which some file systems do not distinguish from small ones. */
const CASED = /^[A-Za-z0-9_[\]][A-Za-z0-9_.[\]-]*$/
/** Names that Windows reserves for devices, with any extension. */
const DEVICE = /^(con|prn|aux|nul|com[0-9]|lpt[0-9])(\.|$)/i

/** Encodes which letters are capitals as a number: the first letter is the lowest bit. */
const capitals = (name: string): bigint => {
  let mask = 0n
  for (let i = name.length - 1; i >= 0; i--) mask = mask * 2n + (name[i] === name[i]!.toLowerCase() ? 0n : 1n)
  return mask
}

const hashed = (name: string): string => {
  const digest = createHash("sha256").update(Buffer.from(name, "utf16le")).digest("hex").slice(0, 24)
  return `${name.slice(0, LONGEST / 2).replaceAll(/[^A-Za-z0-9_[\]-]/g, "_")}~~${digest}`
}

/**
 * The file name for any name. Different names have different file names on every file system, even if `a` and `A` are the same
 * file, or if names must be short or are reserved. Small letters, digits and underscores are unchanged.
 *
 * @param name - any text
 * @returns a file name of at most 120 characters, without an extension: `rows`, `loadRows~4`, `con~~…`
 */
export const fileName = (name: string): string => {
  if (name.length > LONGEST || name.endsWith(".") || DEVICE.test(name)) return hashed(name)
  if (PLAIN.test(name)) return name
  const cased = CASED.test(name) ? `${name}~${capitals(name).toString(36)}` : ""
  return cased === "" || cased.length > LONGEST ? hashed(name) : cased
}
