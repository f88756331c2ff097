import * as Data from "effect/Data"

/**
 * Ends the command with an exit code, without printing anything further.
 *
 * @since 0.1.0
 */
export class CommandExit extends Data.TaggedError("CommandExit")<{ readonly code: number }> {}
