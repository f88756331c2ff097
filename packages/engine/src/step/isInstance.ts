/** `instanceof` for values of the user, whose prototype cannot always be read, such as that of a revoked proxy. */
export const isInstance = <A>(value: unknown, type: abstract new (...args: never) => A): value is A => {
  try {
    return value instanceof type
  } catch {
    return false
  }
}
