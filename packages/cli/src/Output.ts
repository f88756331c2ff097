import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Path from "effect/Path"
import type { PlatformError } from "effect/PlatformError"
import * as Stdio from "effect/Stdio"
import * as Stream from "effect/Stream"
import * as Terminal from "effect/Terminal"
import { Paint } from "./Paint.ts"
import { UsageError } from "./UsageError.ts"

/** Default width in cells. */
const WIDTH = 100

/** Minimum width of tables and timelines in cells. */
const LEAST_WIDTH = 40

const isTerminal = Effect.map(
  Effect.flatMap(Stdio.Stdio, ({ stdoutIsTerminal }) => stdoutIsTerminal),
  (terminal) => terminal && process.env["TERM"] !== "dumb"
)

const text = (written: string): Effect.Effect<void, never, Terminal.Terminal> =>
  // What happens to standard output is seen at the end of the process: a reader may have closed the pipe.
  Effect.ignore(Effect.flatMap(Terminal.Terminal, ({ display }) => display(written)))

/**
 * Writes results to standard output, and everything else to standard error, through `Terminal` and `Stdio`.
 *
 * @since 0.1.0
 */
export const Output = {
  /** Whether standard output is an interactive terminal. */
  isTerminal,

  /** Whether standard output supports a live view: a terminal that is large enough. */
  canRedraw: Effect.gen(function* () {
    if (!(yield* isTerminal)) return false
    const terminal = yield* Terminal.Terminal
    return (yield* terminal.columns) >= 20 && (yield* terminal.rows) >= 6
  }),

  /** Width of standard output in cells: the terminal's, else `COLUMNS`, else 100; at least 40. */
  width: Effect.gen(function* () {
    const terminal = yield* Terminal.Terminal
    const columns = (yield* terminal.columns) || Number(process.env["COLUMNS"])
    return Number.isFinite(columns) && columns >= 1 ? Math.max(LEAST_WIDTH, Math.floor(columns)) : WIDTH
  }),

  /** Styles for standard output. */
  paint: Effect.map(
    Effect.flatMap(Stdio.Stdio, ({ stdoutIsTerminal }) => stdoutIsTerminal),
    Paint.of
  ),

  /** Styles for standard error. */
  errorPaint: Effect.map(
    Effect.flatMap(Stdio.Stdio, ({ stderrIsTerminal }) => stderrIsTerminal),
    Paint.of
  ),

  /** Writes lines to standard output. */
  lines: (lines: ReadonlyArray<string>): Effect.Effect<void, never, Terminal.Terminal> =>
    lines.length === 0 ? Effect.void : text(`${lines.join("\n")}\n`),

  /** Writes text to standard output unchanged. */
  text,

  /** Writes a value to standard output as indented JSON. */
  json: (value: unknown): Effect.Effect<void, never, Terminal.Terminal> => text(`${JSON.stringify(value, null, 2)}\n`),

  /** Writes lines to standard error. */
  errorLines: (lines: ReadonlyArray<string>): Effect.Effect<void, never, Stdio.Stdio> =>
    lines.length === 0
      ? Effect.void
      : Effect.flatMap(Stdio.Stdio, (stdio) =>
          Effect.ignore(Stream.run(Stream.succeed(`${lines.join("\n")}\n`), stdio.stderr()))
        ),

  /**
   * Writes a file that the user named. Fails with `UsageError` if it cannot be written.
   *
   * @param file - path, relative to the working directory
   */
  file: (file: string, content: string): Effect.Effect<void, UsageError, FileSystem.FileSystem | Path.Path> =>
    Effect.gen(function* () {
      const files = yield* FileSystem.FileSystem
      const path = yield* Path.Path
      const why = ({ reason }: PlatformError): string => {
        const { cause } = reason
        const code = cause instanceof Error && "code" in cause ? cause.code : undefined
        if (reason._tag === "NotFound" || code === "ENOTDIR")
          return `folder "${path.dirname(path.resolve(file))}" does not exist`
        if (code === "EISDIR") return "it is a folder"
        if (reason._tag === "PermissionDenied" || code === "EROFS") return "permission denied"
        return cause instanceof Error ? cause.message : reason.message
      }
      yield* Effect.mapError(
        files.writeFileString(file, content),
        (cause) => new UsageError({ problems: [`Cannot write "${file}": ${why(cause)}`], cause })
      )
    })
}
