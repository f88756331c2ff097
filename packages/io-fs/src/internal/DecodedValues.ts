import type * as Schema from "effect/Schema"

/** What identifies one version of a file: files are replaced as a whole, and never written in place. */
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

/** The maximum number of values, and the maximum total size of their files, in bytes. */
const MOST_VALUES = 64
const MOST_BYTES = 32 * 1024 * 1024

/**
 * A cache of decoded values, so that a value that many steps load is read and decoded once. It keeps the most recently used
 * values, within limits. Steps that load a value at the same time share one read.
 */
export class DecodedValues {
  readonly #kept = new Map<string, Kept>()
  #bytes = 0

  /** Returns the value of a file, with `read` if it is not cached. Failures are not cached. */
  get(path: string, schema: Schema.Top, mark: FileMark, read: () => Promise<unknown>): Promise<unknown> {
    const found = this.#kept.get(path)
    if (found !== undefined && found.schema === schema && isSame(found.mark, mark)) {
      // The most recently used value comes last.
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

  /** Removes the value of a file. */
  drop(path: string): void {
    const kept = this.#kept.get(path)
    if (kept === undefined) return
    this.#kept.delete(path)
    this.#bytes -= kept.mark.size
  }
}

const isSame = (a: FileMark, b: FileMark): boolean => a.ino === b.ino && a.mtimeMs === b.mtimeMs && a.size === b.size
