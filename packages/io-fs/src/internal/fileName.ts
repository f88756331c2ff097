import { createHash } from "node:crypto"

/** Characters of a name that a file name keeps as they are; the rest of a path needs room too. */
const LONGEST = 120

/** What stands in every file system for itself, whatever the case of letters means there. */
const PLAIN = /^[a-z0-9_[\]][a-z0-9_.[\]-]*$/
/** The same, with letters that some file systems take for small ones. */
const CASED = /^[A-Za-z0-9_[\]][A-Za-z0-9_.[\]-]*$/
/** Names that Windows keeps for devices, with any ending. */
const DEVICE = /^(con|prn|aux|nul|com[0-9]|lpt[0-9])(\.|$)/i

/** Which letters are capitals, as one number: the first letter is the lowest bit. */
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
 * The file name of any name. Different names have different file names on every file system, also where `a` and `A` are
 * one file, and where names are short or kept for devices. Small letters, digits and underscores stay as they are.
 *
 * @param name - any text
 * @returns a file name of at most 120 characters, without an ending: `rows`, `loadRows~4`, `con~~…`
 */
export const fileName = (name: string): string => {
  if (name.length > LONGEST || name.endsWith(".") || DEVICE.test(name)) return hashed(name)
  if (PLAIN.test(name)) return name
  const cased = CASED.test(name) ? `${name}~${capitals(name).toString(36)}` : ""
  return cased === "" || cased.length > LONGEST ? hashed(name) : cased
}
