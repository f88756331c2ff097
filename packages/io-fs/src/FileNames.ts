import { createHash } from "node:crypto"

/** How many characters one name of a path has at most. The extension and what surrounds it need room too. */
const LONGEST = 120
/** How many names a text is spread over at most: paths have a longest length on every system. */
const MOST = 20

/** Characters that are distinct in every file system, whether or not it is case-sensitive. */
const PLAIN = /^[a-z0-9_[\]][a-z0-9_.[\]-]*$/
/** The same, and capital letters, which some file systems do not distinguish from small ones. */
const CASED = /^[A-Za-z0-9_[\]][A-Za-z0-9_.[\]-]*$/
/** Names that Windows reserves for devices, with any extension. */
const DEVICE = /^(con|prn|aux|nul|com[0-9]|lpt[0-9])(\.|$)/i
/** What stands for itself in a text that is spelled out. */
const KEPT = /[a-z0-9_[\]-]/
const ESCAPE = /%(?:u([0-9a-f]{4})|([0-9a-f]{2}))/g
/** Stands for an empty text. */
const EMPTY = "%-"

/** Encodes which letters are capitals as a number: the first letter is the lowest bit. */
const capitals = (name: string): bigint => {
  let mask = 0n
  for (let i = name.length - 1; i >= 0; i--) mask = mask * 2n + (name[i] === name[i]!.toLowerCase() ? 0n : 1n)
  return mask
}

/** Makes capitals of the letters of a number that `capitals` gave. */
const capitalized = (name: string, mask: string): string => {
  let bits = 0n
  for (const digit of mask) bits = bits * 36n + BigInt(Number.parseInt(digit, 36))
  return Array.from(name.toLowerCase(), (letter, i) =>
    (bits >> BigInt(i)) % 2n === 1n ? letter.toUpperCase() : letter
  ).join("")
}

const escaped = (char: string): string => {
  const code = char.charCodeAt(0)
  return code < 256 ? `%${code.toString(16).padStart(2, "0")}` : `%u${code.toString(16).padStart(4, "0")}`
}

/** The text with all but small letters, digits and a few signs as numbers. */
const spelled = (name: string): string => {
  let text = DEVICE.test(name) ? escaped(name[0]!) : ""
  for (let i = text === "" ? 0 : 1; i < name.length; i++) text += KEPT.test(name[i]!) ? name[i] : escaped(name[i]!)
  return text
}

/** A text in pieces of which no escape is cut; each but the last ends in a percent sign. */
const pieces = (text: string): ReadonlyArray<string> => {
  const all: Array<string> = []
  let piece = ""
  for (const part of text.match(/%u....|%..|[^%]/g) ?? []) {
    if (piece.length + part.length >= LONGEST) {
      all.push(`${piece}%`)
      piece = ""
    }
    piece += part
  }
  return [...all, piece]
}

const hashed = (name: string): string => {
  const digest = createHash("sha256").update(Buffer.from(name, "utf16le")).digest("hex").slice(0, 24)
  return `${name.slice(0, LONGEST / 2).replaceAll(/[^a-z0-9_[\]-]/g, "_")}~~${digest}`
}

/**
 * Names of files and folders for any text, such as the key of an asset or of a partition. Different texts have different names on
 * every file system, even if `a` and `A` are the same file there, or if names must be short or are reserved.
 *
 * | Text                                              | Names                                               |
 * | ------------------------------------------------- | --------------------------------------------------- |
 * | small letters, digits, `_`, `[`, `]`, and `-`, `.` inside | the text: `2026-01-31`, `size_of[a]`          |
 * | with capital letters                              | which letters they are, as a number: `loadRows~g`   |
 * | with other characters, or reserved                | their codes: `eu%7c2026-01-31`, `%63on`, `%u4e2d`   |
 * | longer than one name                              | folders that end in `%`, and the rest               |
 *
 * @since 0.1.0
 */
export const FileNames = {
  /**
   * Gives the names of a text, of at most 120 characters each. Of a text that would take more than 20 names, the last name is a
   * digest, from which the text cannot be read.
   *
   * @param text - any text
   * @returns one name, or folders and a name
   */
  of: (text: string): ReadonlyArray<string> => {
    const isPlain = text.length <= LONGEST && !text.endsWith(".") && !DEVICE.test(text)
    if (isPlain && PLAIN.test(text)) return [text]
    if (isPlain && CASED.test(text)) {
      const cased = `${text}~${capitals(text).toString(36)}`
      if (cased.length <= LONGEST) return [cased]
    }
    if (text === "") return [EMPTY]
    const names = pieces(spelled(text))
    return names.length <= MOST ? names : [hashed(text)]
  },

  /**
   * Reads the text of names that `of` has given, without their extension.
   *
   * @param names - the folders and the name
   * @returns the text; `undefined` if it cannot be read from its names
   */
  read: (names: ReadonlyArray<string>): string | undefined => {
    const text = names.map((name, i) => (i < names.length - 1 ? name.slice(0, -1) : name)).join("")
    if (text === EMPTY) return ""
    const [name = "", mask, ...others] = text.split("~")
    if (others.length > 0) return undefined
    if (mask !== undefined) return capitalized(name, mask)
    return text.replaceAll(ESCAPE, (_, long: string | undefined, short: string | undefined) =>
      String.fromCharCode(Number.parseInt(long ?? short ?? "", 16))
    )
  }
}
