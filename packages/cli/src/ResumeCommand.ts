const PLAIN = /^[\w@%+=:,./-]+$/

/** A word as a shell reads it. */
const quoted = (word: string): string => (PLAIN.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`)

/**
 * The command that resumes a backfill.
 *
 * @since 0.1.0
 */
export const ResumeCommand = {
  /**
   * The same command with the id of the backfill.
   *
   * @param words - the arguments of the command that started it
   * @param backfillId - its id
   */
  of: (words: ReadonlyArray<string>, backfillId: string): string => {
    const hasId = words.some((word) => word === "--backfill" || word.startsWith("--backfill="))
    return ["heddle", ...words, ...(hasId ? [] : ["--backfill", backfillId])].map(quoted).join(" ")
  }
}
