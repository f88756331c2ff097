/** An error raised by the code of a case, with the name that the case declares. */
export class UserError extends Error {
  /** The name too: an error of user code is told apart by it. */
  readonly _tag: string

  constructor(name: string, message: string) {
    super(message)
    this.name = name
    this._tag = name
  }

  /** An error thrown by user code: one that it raises, or a mistake such as a missing key. */
  static readonly from = (thrown: unknown): UserError =>
    thrown instanceof UserError
      ? thrown
      : thrown instanceof Error
        ? new UserError(thrown.name, thrown.message)
        : new UserError("Error", String(thrown))
}
