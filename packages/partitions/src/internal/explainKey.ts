import { distance } from "fastest-levenshtein"

/** With more keys than these, the nearest is not looked for. */
const MOST = 10_000

/** The key that was probably meant, if one is near. */
export const nearestKey = (text: string, keys: ReadonlyArray<string>): string | undefined => {
  if (keys.length > MOST || text.length > 200) return undefined
  let best: string | undefined
  let bestDistance = Math.ceil(text.length * 0.4) + 1
  for (const key of keys) {
    const d = distance(text.toLowerCase(), key.toLowerCase())
    if (d < bestDistance) {
      best = key
      bestDistance = d
    }
  }
  return best
}
