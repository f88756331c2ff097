/** A step that failed: the error that its body failed with, or the word for what else ended it. */
export interface RunFailure<out E> {
  readonly stepKey: string
  readonly error: E
}
