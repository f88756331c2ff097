/** The streams whose lines become events. */
export const OUTPUTS = ["stdout", "stderr"] as const

/** Tracks the mark up to which the output of a worker has been read. */
export class OutputGate {
  readonly #passed = { stdout: 0, stderr: 0 }

  /** The mark was read, the worker cannot write it, or the stream has ended. */
  pass(stream: (typeof OUTPUTS)[number], mark = Infinity): void {
    this.#passed[stream] = Math.max(this.#passed[stream], mark)
  }

  /** Whether all that was written before the mark has been read. */
  isPast(mark: number): boolean {
    return OUTPUTS.every((stream) => this.#passed[stream] >= mark)
  }
}
