import { type ParseErrorCode, printParseErrorCode, visit } from "jsonc-parser"
import type { ConfigFault } from "./ConfigReader.ts"

/** Explanations by the error code of the library. */
const SAID: { readonly [code in ReturnType<typeof printParseErrorCode>]?: string } = {
  CloseBraceExpected: "a comma or the closing } is missing",
  CloseBracketExpected: "a comma or the closing ] is missing",
  ColonExpected: 'a ":" is missing after this name',
  CommaExpected: "a comma is missing",
  EndOfFileExpected: "nothing can follow the end of the JSON value: remove this text",
  InvalidCharacter: "a line break or control character in a text must be escaped, such as \\n",
  InvalidCommentToken: "JSON has no comments: remove this one, or write the config in a YAML file",
  InvalidEscapeCharacter: "this text has an escape sequence that is not valid: write \\\\ for a backslash",
  InvalidUnicode: "this text has an escape sequence that is not valid: \\u takes four hexadecimal digits",
  PropertyNameExpected: "a name in double quotes is expected here",
  UnexpectedEndOfComment: "JSON has no comments: remove this one, or write the config in a YAML file",
  UnexpectedEndOfNumber: "this number is not complete",
  UnexpectedEndOfString: 'the closing " is missing on this line',
  ValueExpected: "a value is missing here"
}

/** A mistake in one sentence. */
const said = (code: ParseErrorCode, text: string, offset: number): string => {
  const name = printParseErrorCode(code)
  const character = text[offset]
  if (name === "InvalidSymbol" || name === "InvalidNumberFormat") {
    const [symbol = ""] = /^[^\s,:[\]{}]{1,40}/.exec(text.slice(offset)) ?? []
    return /^[-+.\d]/.test(symbol)
      ? `${symbol} is not a valid number in JSON`
      : `${symbol} is not valid in JSON: put names and texts in double quotes`
  }
  if ((name === "PropertyNameExpected" || name === "ValueExpected") && (character === "}" || character === "]")) {
    return /,\s*$/.test(text.slice(0, offset)) ? `remove the comma before this ${character}` : "a value is missing here"
  }
  if (name === "CommaExpected" && (character === "}" || character === "]")) {
    return `this ${character} does not match the bracket that is open here`
  }
  return SAID[name] ?? "this is not valid JSON"
}

/** The first mistake. Later ones may only follow from it. */
class First {
  readonly code: ParseErrorCode
  readonly offset: number

  constructor(code: ParseErrorCode, offset: number) {
    this.code = code
    this.offset = offset
  }
}

/**
 * Explains mistakes in JSON.
 *
 * @since 0.1.0
 */
export const JsonFault = {
  /**
   * Finds and explains the first mistake in a text.
   *
   * @param text - the text; its nesting must not exceed the stack
   */
  find: (text: string): ConfigFault | undefined => {
    try {
      visit(
        text,
        {
          onError: (code, offset) => {
            throw new First(code, offset)
          }
        },
        { disallowComments: true }
      )
    } catch (error) {
      if (!(error instanceof First)) throw error
      return { offset: error.offset, said: said(error.code, text, error.offset) }
    }
    return undefined
  }
}
