import { DefinitionError } from "../DefinitionError.ts"

/**
 * Reads the two forms of a call, `make(name, body)` and `make(name, options, body)`.
 *
 * @typeParam Given - what the body receives
 * @param subject - what is being defined, such as `job "etl"`
 * @param second - the argument after the name
 * @param third - the argument after that
 * @throws DefinitionError when there is no body
 */
export const optionsAndBody = <Given>(
  subject: string,
  second: unknown,
  third: unknown
): { readonly options: unknown; readonly body: (given: Given) => unknown } => {
  const [options, body] = typeof second === "function" && third === undefined ? [{}, second] : [second, third]
  if (typeof body !== "function") {
    const message = "the body is missing: pass a function as the last argument"
    throw new DefinitionError({ subject, problems: [{ place: "", message }] })
  }
  return { options, body: (given) => Reflect.apply(body, undefined, [given]) as unknown }
}
