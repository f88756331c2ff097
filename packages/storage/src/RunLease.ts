import * as Schema from "effect/Schema"

/** The process that carries a run, as it can be looked for from elsewhere. */
export interface LeaseHolder {
  readonly pid: number
  readonly host: string
}

const schema = Schema.Struct({
  runId: Schema.String,
  /** Grows by one with each holder; what an earlier one still appends is refused. */
  fence: Schema.Int,
  pid: Schema.Int,
  host: Schema.String,
  /** When the holder took the run, in milliseconds since the epoch. */
  since: Schema.Finite,
  /** Until when the holder is taken to be there without a sign from it, in milliseconds since the epoch. */
  until: Schema.Finite
})

/**
 * The right of one process to write the log of a run. It lapses unless it is kept, and then another process may take
 * the run.
 *
 * @since 0.1.0
 * @source Martin Kleppmann, "How to do distributed locking": leases with fencing tokens
 */
export type RunLease = typeof schema.Type

/** Schema of leases, and how they are made and read. */
export const RunLease = {
  schema,

  /**
   * The next lease of a run: the first one, or that of a process which takes over.
   *
   * @param runId - id of the run
   * @param before - the lease that it had, if it had one
   * @param holder - the process that takes it
   * @param now - milliseconds since the epoch
   * @param millis - how long it lasts without a sign from its holder, in milliseconds
   */
  next: (
    runId: string,
    before: Pick<RunLease, "fence"> | undefined,
    { host, pid }: LeaseHolder,
    now: number,
    millis: number
  ): RunLease => ({ runId, fence: (before?.fence ?? 0) + 1, pid, host, since: now, until: now + millis }),

  /** Tells whether a lease has lapsed, so that anyone may take the run. */
  isLapsed: (lease: RunLease, now: number): boolean => lease.until <= now
}
