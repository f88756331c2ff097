/** Sets of whole numbers as ranges: sorted, apart from each other, the end of each left out. */
export type IndexRanges = ReadonlyArray<readonly [from: number, to: number]>

/** Sorts ranges and joins those that touch; empty ones are dropped. */
export const normalize = (ranges: Iterable<readonly [number, number]>): IndexRanges => {
  const sorted = [...ranges].filter(([from, to]) => from < to).sort((a, b) => a[0] - b[0])
  const joined: Array<readonly [number, number]> = []
  for (const [from, to] of sorted) {
    const last = joined.at(-1)
    if (last !== undefined && from <= last[1]) joined[joined.length - 1] = [last[0], Math.max(last[1], to)]
    else joined.push([from, to])
  }
  return joined
}

export const union = (a: IndexRanges, b: IndexRanges): IndexRanges =>
  a.length === 0 ? b : b.length === 0 ? a : normalize([...a, ...b])

export const intersection = (a: IndexRanges, b: IndexRanges): IndexRanges => {
  const common: Array<readonly [number, number]> = []
  for (let i = 0, j = 0; i < a.length && j < b.length;) {
    const from = Math.max(a[i]![0], b[j]![0])
    const to = Math.min(a[i]![1], b[j]![1])
    if (from < to) common.push([from, to])
    if (a[i]![1] < b[j]![1]) i++
    else j++
  }
  return common
}

export const difference = (a: IndexRanges, b: IndexRanges): IndexRanges => {
  const rest: Array<readonly [number, number]> = []
  let j = 0
  for (const [start, to] of a) {
    let from = start
    while (j < b.length && b[j]![1] <= from) j++
    for (let k = j; k < b.length && b[k]![0] < to; k++) {
      if (b[k]![0] > from) rest.push([from, b[k]![0]])
      from = Math.max(from, b[k]![1])
    }
    if (from < to) rest.push([from, to])
  }
  return rest
}

export const count = (ranges: IndexRanges): number => ranges.reduce((sum, [from, to]) => sum + to - from, 0)

export const has = (ranges: IndexRanges, index: number): boolean => {
  let low = 0
  let high = ranges.length - 1
  while (low <= high) {
    const middle = (low + high) >> 1
    const [from, to] = ranges[middle]!
    if (index < from) high = middle - 1
    else if (index >= to) low = middle + 1
    else return true
  }
  return false
}

/** Each number, in order. */
export function* indices(ranges: IndexRanges): Generator<number> {
  for (const [from, to] of ranges) for (let i = from; i < to; i++) yield i
}
