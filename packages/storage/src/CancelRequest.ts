/**
 * A request to cancel a run. The instance keeps it until the process that executes the run acts on it.
 *
 * @since 0.1.0
 */
export interface CancelRequest {
  /** When the first request was recorded, in milliseconds since the epoch. */
  readonly at: number
  readonly reason?: string
}
