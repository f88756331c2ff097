import * as Effect from "effect/Effect"
import { writeFileSync } from "node:fs"
import { dirname, resolve } from "node:path"
import { Paint } from "./Paint.ts"
import { UsageError } from "./UsageError.ts"

/** Default width in cells. */
const WIDTH = 100

/** Minimum width of tables and timelines in cells. */
const LEAST_WIDTH = 40

/**
 * Writes results to standard output, and everything else to standard error.
 *
 * @since 0.1.0
 */
export const Output = {
  /** Whether standard output is an interactive terminal. */
  isTerminal: (): boolean => process.stdout.isTTY && process.env["TERM"] !== "dumb",

  /** Whether standard output supports a live view: a terminal that is large enough. */
  canRedraw: (): boolean => Output.isTerminal() && process.stdout.columns >= 20 && process.stdout.rows >= 6,

  /** Width of standard output in cells: the terminal's, else `COLUMNS`, else 100; at least 40. */
  width: (): number => {
    const columns = process.stdout.columns ?? Number(process.env["COLUMNS"])
    return Number.isFinite(columns) && columns >= 1 ? Math.max(LEAST_WIDTH, Math.floor(columns)) : WIDTH
  },

  /** Styles for standard output. */
  paint: (): Paint => Paint.of(process.stdout),

  /** Writes lines to standard output. */
  lines: (lines: ReadonlyArray<string>): Effect.Effect<void> =>
    lines.length === 0 ? Effect.void : Output.text(`${lines.join("\n")}\n`),

  /** Writes text to standard output unchanged. */
  text: (text: string): Effect.Effect<void> => Effect.sync(() => void process.stdout.write(text)),

  /** Writes a value to standard output as indented JSON. */
  json: (value: unknown): Effect.Effect<void> => Output.text(`${JSON.stringify(value, null, 2)}\n`),

  /** Writes lines to standard error. */
  errorLines: (lines: ReadonlyArray<string>): Effect.Effect<void> =>
    lines.length === 0 ? Effect.void : Effect.sync(() => void process.stderr.write(`${lines.join("\n")}\n`)),

  /**
   * Writes a file that the user named. Fails with `UsageError` if it cannot be written.
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
            ? `folder "${dirname(resolve(file))}" does not exist`
            : code === "EISDIR"
              ? "it is a folder"
              : code === "EACCES" || code === "EROFS"
                ? "permission denied"
                : cause instanceof Error
                  ? cause.message
                  : String(cause)
        return new UsageError({ problems: [`Cannot write "${file}": ${why}`], cause })
      }
    })
}
