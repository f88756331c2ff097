import type { Socket } from "node:net"

/**
 * Calls back with each line of a pipe, without its end; the last one need not have one.
 *
 * @param limit - characters after which a line is cut, and goes on as the next one
 */
export const lineReader = (stream: Socket, onLine: (line: string) => void, limit = Infinity): void => {
  let rest = ""
  const take = (line: string): void => {
    for (let at = 0; at === 0 || at < line.length; at += limit) onLine(line.slice(at, at + limit))
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
    while (rest.length > limit) {
      onLine(rest.slice(0, limit))
      rest = rest.slice(limit)
    }
  })
  stream.on("end", () => {
    if (rest !== "") take(rest)
  })
}
