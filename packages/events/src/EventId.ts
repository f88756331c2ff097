/**
 * Ids of events. They make appends idempotent: an event that is sent twice is stored once.
 *
 * @since 0.1.0
 */
export const EventId = {
  /**
   * The id of the nth event of an attempt of a step: `step~attempt~n`.
   *
   * @param stepKey - key of the step
   * @param attempt - number of the attempt, from 1
   * @param n - number of the event in the attempt, from 0
   */
  ofStep: (stepKey: string, attempt: number, n: number): string => `${stepKey}~${attempt}~${n}`,

  /** The id of the nth event that the run loop writes. */
  ofRun: (n: number): string => `~run~${n}`,

  /**
   * The id of the nth event that an executor writes for the run as a whole, such as the start of resources.
   *
   * @param n - number of the event, from 0
   * @param worker - name of the process that writes it, if the executor has several
   */
  ofExecutor: (n: number, worker?: string): string => `~${worker ?? "executor"}~${n}`
}
