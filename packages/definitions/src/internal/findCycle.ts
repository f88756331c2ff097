/**
 * Finds a cycle in a graph.
 *
 * @param upstream - the names that each name depends on
 * @returns the names on one cycle in order, with the first one repeated at the end; `undefined` if there is no cycle
 */
export const findCycle = (upstream: ReadonlyMap<string, ReadonlyArray<string>>): ReadonlyArray<string> | undefined => {
  const done = new Set<string>()
  for (const start of upstream.keys()) {
    // Uses an explicit stack, because graphs can be chains of thousands of nodes.
    const path: Array<{ readonly name: string; next: number }> = [{ name: start, next: 0 }]
    const onPath = new Set([start])
    while (path.length > 0) {
      const top = path.at(-1)!
      const next = done.has(top.name) ? undefined : upstream.get(top.name)?.[top.next++]
      if (next === undefined) {
        done.add(top.name)
        onPath.delete(top.name)
        path.pop()
      } else if (onPath.has(next)) {
        const names = path.map(({ name }) => name)
        return [...names.slice(names.indexOf(next)), next].toReversed()
      } else if (!done.has(next)) {
        path.push({ name: next, next: 0 })
        onPath.add(next)
      }
    }
  }
  return undefined
}
