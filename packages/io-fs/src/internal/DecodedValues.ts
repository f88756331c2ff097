import type * as Schema from "effect/Schema"

/** What tells one content of a file from another: files are replaced whole, and never written in place. */
export interface FileMark {
  readonly ino: bigint
  readonly mtimeMs: number
  readonly size: number
}

interface Kept {
  readonly schema: Schema.Top
  readonly mark: FileMark
  readonly value: Promise<unknown>
}

/** How many values are kept at most, and how many bytes their files have together. */
const MOST_VALUES = 64
const MOST_BYTES = 32 * 1024 * 1024

/**
 * Keeps decoded values for a while, so that a value which many steps load is read and decoded once: the ones that were
 * asked for last, within bounds. Steps that load at the same time wait for one reading.
 */
export class DecodedValues {
  readonly #kept = new Map<string, Kept>()
  #bytes = 0

  /** The value in a file, by `read` where it is not kept. What fails is not kept. */
  get(path: string, schema: Schema.Top, mark: FileMark, read: () => Promise<unknown>): Promise<unknown> {
    const found = this.#kept.get(path)
    if (found !== undefined && found.schema === schema && isSame(found.mark, mark)) {
      // What was asked for last stands last.
      this.#kept.delete(path)
      this.#kept.set(path, found)
      return found.value
    }
    this.drop(path)
    const value = read()
    if (mark.size > MOST_BYTES) return value
    const kept = { schema, mark, value }
    this.#kept.set(path, kept)
    this.#bytes += mark.size
    value.catch(() => {
      if (this.#kept.get(path) === kept) this.drop(path)
    })
    for (const oldest of this.#kept.keys()) {
      if (this.#kept.size <= MOST_VALUES && this.#bytes <= MOST_BYTES) break
      this.drop(oldest)
    }
    return value
  }

  /** Forgets what was read of a file. */
  drop(path: string): void {
    const kept = this.#kept.get(path)
    if (kept === undefined) return
    this.#kept.delete(path)
    this.#bytes -= kept.mark.size
  }
}

const isSame = (a: FileMark, b: FileMark): boolean => a.ino === b.ino && a.mtimeMs === b.mtimeMs && a.size === b.size
