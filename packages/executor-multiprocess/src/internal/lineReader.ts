import type { Socket } from "node:net"

/** The maximum length of the number in a mark, in characters. */
const MARK_NUMBER = 16

/** Options of a line reader. */
export interface LineReaderOptions {
  /** The length at which a line is split, in characters. */
  readonly limit?: number
  /** A text followed by a number at the end of a line. It is not part of the line, and `seen` gets the number. */
  readonly mark?: { readonly text: string; readonly seen: (mark: number) => void }
}

/** Calls back with each line of a pipe, without line breaks. The last line does not need one. */
export const lineReader = (
  stream: Socket,
  onLine: (line: string) => void,
  { limit = Infinity, mark }: LineReaderOptions = {}
): void => {
  // Never split a mark.
  const most = limit + (mark === undefined ? 0 : mark.text.length + MARK_NUMBER)
  let rest = ""
  const cut = (line: string): void => {
    for (let at = 0; at === 0 || at < line.length; at += limit) onLine(line.slice(at, at + limit))
  }
  const take = (line: string): void => {
    const at = mark === undefined ? -1 : line.indexOf(mark.text)
    if (mark === undefined || at === -1) return cut(line)
    if (at > 0) cut(line.slice(0, at))
    mark.seen(Number(line.slice(at + mark.text.length)))
  }
  stream.setEncoding("utf8")
  stream.on("data", (text: string) => {
    let from = 0
    for (let end = text.indexOf("\n"); end !== -1; end = text.indexOf("\n", from)) {
      const line = rest + text.slice(from, end)
      take(line.endsWith("\r") ? line.slice(0, -1) : line)
      rest = ""
      from = end + 1
    }
    rest += text.slice(from)
    while (rest.length > most) {
      onLine(rest.slice(0, limit))
      rest = rest.slice(limit)
    }
  })
  stream.on("end", () => {
    if (rest !== "") take(rest)
  })
}
