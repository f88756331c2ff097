/**
 * A request to cancel a run, recorded in the instance until the process that carries the run acts on it.
 *
 * @since 0.1.0
 */
export interface CancelRequest {
  /** When the first request was recorded, in milliseconds since the epoch. */
  readonly at: number
  readonly reason?: string
}
