import * as Schema from "effect/Schema"

/** Characters that a run id may have. */
const LONGEST = 200

/** Words that name a run on the command line. */
const WORDS: ReadonlySet<string> = new Set(["last", "latest"])

const problemOf = (runId: string): string | undefined => {
  if (runId === "") return "it is empty"
  if (runId.length > LONGEST) return `it has ${runId.length} characters, and ${LONGEST} are allowed`
  if (WORDS.has(runId)) return "the command line uses this word for the latest run"
  if (!runId.isWellFormed()) return "it is not well-formed Unicode"
  if (/\p{Cc}/u.test(runId)) return "it contains control characters, such as a line break"
  return runId.trim() === runId ? undefined : "it begins or ends with a space"
}

/**
 * A run id that is not valid. Nothing is recorded.
 *
 * @since 0.1.0
 */
export class InvalidRunId extends Schema.TaggedError<InvalidRunId>()("InvalidRunId", {
  runId: Schema.String,
  /** What is wrong with it. */
  problem: Schema.String
}) {
  override get message(): string {
    return `Run id ${JSON.stringify(this.runId.slice(0, LONGEST))} is not valid: ${this.problem}. Omit it to get a random id`
  }

  /**
   * Checks an id that a caller has chosen.
   *
   * @param runId - the id
   * @returns the error; `undefined` for an id that can name a run
   */
  static readonly of = (runId: string): InvalidRunId | undefined => {
    const problem = problemOf(runId)
    return problem === undefined ? undefined : new InvalidRunId({ runId, problem })
  }
}
