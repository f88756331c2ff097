/** Places in several dimensions, numbered so that the last dimension counts fastest. */
import { type IndexRanges, normalize } from "./indexRanges.ts"

/** One set of numbers for each dimension: all their combinations. */
export type Box = ReadonlyArray<IndexRanges>

const product = (counts: ReadonlyArray<number>): number => counts.reduce((all, n) => all * n, 1)

/** Cuts ranges of numbers into boxes: for one range at most two for each dimension, and one. */
export const toBoxes = (counts: ReadonlyArray<number>, ranges: IndexRanges): ReadonlyArray<Box> => {
  if (counts.length === 1) return ranges.length === 0 ? [] : [[ranges]]
  const inner = counts.slice(1)
  const stride = product(inner)
  const full: Box = inner.map((n) => [[0, n]])
  const boxes: Array<Box> = []
  const partial = (row: number, from: number, to: number): void => {
    for (const box of toBoxes(inner, [[from, to]])) boxes.push([[[row, row + 1]], ...box])
  }
  for (const [from, to] of ranges) {
    const firstRow = Math.floor(from / stride)
    const lastRow = Math.floor((to - 1) / stride)
    if (firstRow === lastRow && to - from < stride) {
      partial(firstRow, from - firstRow * stride, to - firstRow * stride)
      continue
    }
    const whole: [number, number] = [Math.ceil(from / stride), Math.floor(to / stride)]
    if (from < whole[0] * stride) partial(firstRow, from - firstRow * stride, stride)
    if (whole[0] < whole[1]) boxes.push([[whole], ...full])
    if (whole[1] * stride < to) partial(lastRow, 0, to - lastRow * stride)
  }
  return boxes
}

/** The numbers of the places in a box. */
export const fromBox = (counts: ReadonlyArray<number>, box: Box): IndexRanges => {
  const [outer, ...rest] = box
  if (rest.length === 0) return outer!
  const inner = counts.slice(1)
  const stride = product(inner)
  const places = fromBox(inner, rest)
  if (places.length === 1 && places[0]![0] === 0 && places[0]![1] === stride) {
    return outer!.map(([from, to]) => [from * stride, to * stride])
  }
  const all: Array<readonly [number, number]> = []
  for (const [from, to] of outer!) {
    for (let row = from; row < to; row++) for (const [a, b] of places) all.push([row * stride + a, row * stride + b])
  }
  return normalize(all)
}
