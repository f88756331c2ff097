/** A system call that a traced process made and that came back. */
export interface SystemCall {
  readonly name: string
  /** Its arguments, as strace writes them. */
  readonly given: string
  /** What it gave back, as strace writes it. */
  readonly result: string
  /** The line of the record in which it began, and the one in which it ended; the same unless another came between. */
  readonly start: number
  readonly end: number
}

/** `pid name(given) = result`; every string of the record is hexadecimal, so that no bracket stands in one. */
const CALL = /^(\w+)\((.*)\)\s+= (.*)$/
const UNFINISHED = " <unfinished ...>"
const RESUMED = /^<\.\.\. \w+ resumed>/

/**
 * Calls in a record of strace.
 *
 * @source strace(1), "Filtering" and the output format of `-f`, `-y` and `-xx`
 */
export const SystemCall = {
  /**
   * Reads a record of `strace -f -xx -y -o`.
   *
   * @returns the calls in the order in which they ended; one that never came back is left out
   */
  read: (record: string): ReadonlyArray<SystemCall> => {
    const begun = new Map<string, { readonly text: string; readonly start: number }>()
    return record.split("\n").flatMap((line, end) => {
      const [, thread, text] = /^(\d+) +(.*)$/.exec(line) ?? []
      if (thread === undefined || text === undefined) return []
      if (text.endsWith(UNFINISHED)) {
        begun.set(thread, { text: text.slice(0, -UNFINISHED.length), start: end })
        return []
      }
      const resumed = RESUMED.exec(text)?.[0]
      const first = resumed === undefined ? { text: "", start: end } : begun.get(thread)
      if (first === undefined) throw new Error(`line ${end + 1} of the record ends a call that no line began`)
      const [, name, given, result] = CALL.exec(first.text + text.slice(resumed?.length ?? 0)) ?? []
      return name === undefined || given === undefined || result === undefined
        ? []
        : [{ name, given, result, start: first.start, end }]
    })
  },

  /** The bytes of a string that strace wrote in hexadecimal: `\x68\x69`. */
  bytes: (text: string): Buffer => Buffer.from(text.replaceAll("\\x", ""), "hex")
}
