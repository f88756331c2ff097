/** A failed step: the error of its body, or the kind of failure if something else ended it. */
export interface RunFailure<out E> {
  readonly stepKey: string
  readonly error: E
}
