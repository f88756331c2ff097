import { createHash } from "node:crypto"
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs"
import { join } from "node:path"

/** The values that an IO manager of a case has stored, by their place. */
export interface StoredValues {
  readonly has: (place: string) => boolean
  readonly get: (place: string) => unknown
  readonly set: (place: string, value: unknown) => void
}

/** Values in files, which other processes can read. */
export class FileValues implements StoredValues {
  readonly #folder: string

  /**
   * @param folder - where the files of the case are
   * @param name - name of the IO manager
   */
  constructor(folder: string, name: string) {
    this.#folder = join(folder, "io-managers", encodeURIComponent(name))
  }

  has(place: string): boolean {
    return existsSync(this.#file(place))
  }

  get(place: string): unknown {
    return this.has(place) ? JSON.parse(readFileSync(this.#file(place), "utf8")).value : undefined
  }

  set(place: string, value: unknown): void {
    mkdirSync(this.#folder, { recursive: true })
    const draft = `${this.#file(place)}.${process.pid}`
    writeFileSync(draft, JSON.stringify({ value }))
    renameSync(draft, this.#file(place))
  }

  #file(place: string): string {
    return join(this.#folder, `${createHash("sha1").update(place).digest("hex")}.json`)
  }
}
