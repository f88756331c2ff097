import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import { LineCounter } from "yaml"
import { ConfigExcerpt } from "./ConfigExcerpt.ts"

const WHY: { readonly [code: string]: string } = {
  BadArgument: "the path is not valid",
  EACCES: "permission denied",
  EISDIR: "it is a folder",
  ELOOP: "its symbolic links form a circle",
  ENAMETOOLONG: "its name is too long",
  ENOTDIR: "part of its path is not a folder",
  ERR_FS_FILE_TOO_LARGE: "it is too large"
}

/** The maximum size of a config file, in bytes. */
const LIMIT = 1024 * 1024

const NOT_A_FILE = "it is a pipe or a device; save the config to a file, or use --config-json"

const UTF8 = "save it as UTF-8"

/** How many bytes at the start of a file are valid UTF-8. */
const validBytes = (bytes: Uint8Array): number => {
  let [valid, invalid] = [0, bytes.length]
  while (invalid - valid > 1) {
    const middle = (valid + invalid) >> 1
    try {
      // A character that is cut at the end is not invalid yet.
      new TextDecoder("utf-8", { fatal: true }).decode(bytes.subarray(0, middle), { stream: true })
      valid = middle
    } catch {
      invalid = middle
    }
  }
  return valid
}

const decode = (file: string, bytes: Uint8Array): { readonly text: string } | { readonly problem: string } => {
  try {
    return { text: new TextDecoder("utf-8", { fatal: true }).decode(bytes) }
  } catch {
    const isUtf16 = (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff)
    if (isUtf16) return { problem: `Config file "${file}" is UTF-16: ${UTF8}` }
    const before = new TextDecoder("utf-8").decode(bytes.subarray(0, validBytes(bytes)), { stream: true })
    const text = new TextDecoder("utf-8").decode(bytes)
    const lines = new LineCounter()
    lines.addNewLine(0)
    for (const match of text.matchAll(/\n/g)) lines.addNewLine(match.index + 1)
    return {
      problem: ConfigExcerpt.problem(file, text, lines, before.length, `the file is not valid UTF-8 here: ${UTF8}`)
    }
  }
}

/**
 * Reads the text of config files.
 *
 * @since 0.1.0
 */
export const ConfigText = {
  /**
   * Reads a file, or returns why it cannot be read.
   *
   * @param file - path of the file
   */
  read: (
    file: string
  ): Effect.Effect<{ readonly text: string } | { readonly problem: string }, never, FileSystem.FileSystem> =>
    Effect.gen(function* () {
      const files = yield* FileSystem.FileSystem
      const { size, type } = yield* files.stat(file)
      if (type === "Directory") return { problem: `Cannot read config file "${file}": it is a folder` }
      // A pipe or device may never end, and opening it may wait for a writer that never comes.
      if (type !== "File") return { problem: `Cannot read config file "${file}": ${NOT_A_FILE}` }
      if (Number(size) > LIMIT) return { problem: `Cannot read config file "${file}": it is larger than 1 MiB` }
      return decode(file, yield* files.readFile(file))
    }).pipe(
      Effect.catch(({ reason }) => {
        const { cause } = reason
        const code = cause instanceof Error && "code" in cause ? String(cause.code) : reason._tag
        return Effect.succeed({
          problem:
            reason._tag === "NotFound"
              ? `Config file "${file}" does not exist in ${process.cwd()}`
              : `Cannot read config file "${file}": ${WHY[code] ?? code}`
        })
      })
    )
}
