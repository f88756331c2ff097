import { EventLog } from "@heddle/storage/EventLog"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Layer from "effect/Layer"

/**
 * The moments of a process: before and after each operation on a file and each append to the log, and in the middle of each
 * write. At one of them the process kills itself, while the operations of other steps go on.
 */
export class Moments {
  readonly #last: number
  #count = 0

  /** @param last - number of the moment at which the process is killed, from 0 */
  constructor(last: number) {
    this.#last = last
  }

  /** How many moments there were. */
  get count(): number {
    return this.#count
  }

  readonly #pass = Effect.sync(() => {
    if (this.#count++ === this.#last) process.kill(process.pid, "SIGKILL")
  })

  #around<A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> {
    return this.#pass.pipe(
      Effect.andThen(effect),
      Effect.tap(() => this.#pass)
    )
  }

  #file(file: FileSystem.File): FileSystem.File {
    return Object.create(file, {
      sync: { value: this.#around(file.sync) },
      writeAll: {
        value: (bytes: Uint8Array) => {
          const half = Math.floor(bytes.length / 2)
          const parts = Effect.andThen(
            this.#around(file.writeAll(bytes.subarray(0, half))),
            file.writeAll(bytes.subarray(half))
          )
          return this.#around(parts)
        }
      }
    })
  }

  /** The provided file system, with its moments. */
  readonly fileSystem: Layer.Layer<FileSystem.FileSystem, never, FileSystem.FileSystem> = Layer.effect(
    FileSystem.FileSystem,
    Effect.map(FileSystem.FileSystem, (files) => ({
      ...files,
      makeDirectory: (...given) => this.#around(files.makeDirectory(...given)),
      open: (...given) => this.#around(Effect.map(files.open(...given), (file) => this.#file(file))),
      rename: (...given) => this.#around(files.rename(...given))
    }))
  )

  /** The provided event log, with its moments. */
  readonly eventLog: Layer.Layer<EventLog, never, EventLog> = Layer.effect(
    EventLog,
    Effect.map(EventLog, (log) => EventLog.of({ ...log, append: (...given) => this.#around(log.append(...given)) }))
  )
}
