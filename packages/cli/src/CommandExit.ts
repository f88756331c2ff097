import * as Data from "effect/Data"

/**
 * Ends the command with an exit code after it has said all that is to be said.
 *
 * @since 0.1.0
 */
export class CommandExit extends Data.TaggedError("CommandExit")<{ readonly code: number }> {}
