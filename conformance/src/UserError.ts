/** An error that a case's own code raises, under the name that the case gives it. */
export class UserError extends Error {
  /** The name too: an error of user code is told apart by it. */
  readonly _tag: string

  constructor(name: string, message: string) {
    super(message)
    this.name = name
    this._tag = name
  }

  /** What user code has thrown: an error that it raises, or a mistake such as a key that is not there. */
  static readonly from = (thrown: unknown): UserError =>
    thrown instanceof UserError
      ? thrown
      : thrown instanceof Error
        ? new UserError(thrown.name, thrown.message)
        : new UserError("Error", String(thrown))
}
