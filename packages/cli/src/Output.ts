import * as Effect from "effect/Effect"
import { writeFileSync } from "node:fs"
import { dirname, resolve } from "node:path"
import { Paint } from "./Paint.ts"
import { UsageError } from "./UsageError.ts"

/** Cells of a line where the stream does not say. */
const WIDTH = 100

/** Cells below which tables and timelines are not drawn narrower. */
const LEAST_WIDTH = 40

/**
 * Where results go: standard output for what was asked for, standard error for all else.
 *
 * @since 0.1.0
 */
export const Output = {
  /** Tells whether a person watches standard output. */
  isTerminal: (): boolean => process.stdout.isTTY && process.env["TERM"] !== "dumb",

  /** Tells whether standard output can be drawn again and again: a terminal that knows its size. */
  canRedraw: (): boolean => Output.isTerminal() && process.stdout.columns >= 20 && process.stdout.rows >= 6,

  /** Width of standard output in cells: the terminal's, else `COLUMNS`, else 100; at least 40, which views need. */
  width: (): number => {
    const columns = process.stdout.columns ?? Number(process.env["COLUMNS"])
    return Number.isFinite(columns) && columns >= 1 ? Math.max(LEAST_WIDTH, Math.floor(columns)) : WIDTH
  },

  /** Colours for standard output. */
  paint: (): Paint => Paint.of(process.stdout),

  /** Writes lines to standard output. */
  lines: (lines: ReadonlyArray<string>): Effect.Effect<void> =>
    lines.length === 0 ? Effect.void : Output.text(`${lines.join("\n")}\n`),

  /** Writes text to standard output as it is. */
  text: (text: string): Effect.Effect<void> => Effect.sync(() => void process.stdout.write(text)),

  /** Writes a value to standard output as JSON of several lines. */
  json: (value: unknown): Effect.Effect<void> => Output.text(`${JSON.stringify(value, null, 2)}\n`),

  /** Writes lines to standard error. */
  errorLines: (lines: ReadonlyArray<string>): Effect.Effect<void> =>
    lines.length === 0 ? Effect.void : Effect.sync(() => void process.stderr.write(`${lines.join("\n")}\n`)),

  /**
   * Writes a file that the user named. Fails with `UsageError` when that cannot be done.
   *
   * @param file - path, relative to the working directory
   */
  file: (file: string, content: string): Effect.Effect<void, UsageError> =>
    Effect.try({
      try: () => writeFileSync(file, content),
      catch: (cause) => {
        const code = cause instanceof Error && "code" in cause ? String(cause.code) : ""
        const why =
          code === "ENOENT" || code === "ENOTDIR"
            ? `there is no folder "${dirname(resolve(file))}"`
            : code === "EISDIR"
              ? "it is a folder"
              : code === "EACCES" || code === "EROFS"
                ? "this user may not write there"
                : cause instanceof Error
                  ? cause.message
                  : String(cause)
        return new UsageError({ problems: [`Cannot write "${file}": ${why}`], cause })
      }
    })
}
