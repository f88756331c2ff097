import * as Schema from "effect/Schema"

/** The process that executes a run, so that other processes can look for it. */
export interface LeaseHolder {
  readonly pid: number
  readonly host: string
}

const schema = Schema.Struct({
  runId: Schema.String,
  /** Grows by one with each holder. The log rejects appends of earlier holders. */
  fence: Schema.Int,
  pid: Schema.Int,
  host: Schema.String,
  /** When the holder acquired the run, in milliseconds since the epoch. */
  since: Schema.Finite,
  /** When the lease expires unless it is renewed, in milliseconds since the epoch. */
  until: Schema.Finite
})

/**
 * The right of one process to write to the log of a run. Unless it is renewed it expires, and another process may take over the
 * run.
 *
 * @since 0.1.0
 * @source Martin Kleppmann, "How to do distributed locking": leases with fencing tokens
 */
export type RunLease = typeof schema.Type

/** The schema of leases, and functions that make and read them. */
export const RunLease = {
  schema,

  /**
   * The next lease of a run: its first, or that of a process that takes over.
   *
   * @param runId - id of the run
   * @param before - its last lease, if any
   * @param holder - the process that acquires the run
   * @param now - milliseconds since the epoch
   * @param millis - how long it lasts unless it is renewed, in milliseconds
   */
  next: (
    runId: string,
    before: Pick<RunLease, "fence"> | undefined,
    { host, pid }: LeaseHolder,
    now: number,
    millis: number
  ): RunLease => ({ runId, fence: (before?.fence ?? 0) + 1, pid, host, since: now, until: now + millis }),

  /** Tells whether a lease has expired, so that any process may take over the run. */
  isLapsed: (lease: RunLease, now: number): boolean => lease.until <= now
}
