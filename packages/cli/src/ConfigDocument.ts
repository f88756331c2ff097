import type * as Schema from "effect/Schema"
import { Composer, type CST, Lexer, LineCounter, Parser } from "yaml"
import { ConfigExcerpt } from "./ConfigExcerpt.ts"
import type { ConfigPlace, ConfigPlaces } from "./ConfigPlaces.ts"
import { type ConfigFault, ConfigReader } from "./ConfigReader.ts"
import { JsonFault } from "./JsonFault.ts"
import { YamlFault } from "./YamlFault.ts"

/** The result of reading a config text. */
export interface ConfigDocument {
  /** The value, or `null` for a text without one. */
  readonly value: { readonly [key: string]: Schema.Json } | null
}

/** The maximum number of problems shown for one file. */
const SHOWN = 20

/** Characters that YAML and JSON do not allow in a text. */
// eslint-disable-next-line no-control-regex
const CONTROL = /[\u0000-\u0008\u000b\u000c\u000e-\u001f]/

/** Finds a character that neither YAML nor JSON allows. */
const controlCharacter = (text: string): ConfigFault | undefined => {
  const match = CONTROL.exec(text)
  if (match === null) return undefined
  const code = match[0].charCodeAt(0).toString(16).toUpperCase().padStart(4, "0")
  return { offset: match.index, said: `run config cannot contain the control character U+${code}: remove it` }
}

/** The tokens of a text, or the first map or list that is nested too deeply. */
const tokensOf = (text: string): ReadonlyArray<CST.Token> | ConfigFault => {
  const parser = new Parser()
  const tokens: Array<CST.Token> = []
  for (const lexeme of new Lexer().lex(text)) {
    for (const token of parser.next(lexeme)) tokens.push(token)
    // The first entry of the stack is the document.
    const inner = parser.stack[ConfigReader.depth + 1]
    if (inner?.type === "block-map" || inner?.type === "block-seq" || inner?.type === "flow-collection") {
      return { offset: inner.offset, said: ConfigReader.tooDeep }
    }
  }
  for (const token of parser.end()) tokens.push(token)
  return tokens
}

const kindOf = (value: Schema.Json): string =>
  Array.isArray(value) ? "a list" : value === null ? "nothing" : `a ${typeof value}`

/** The value of a text, or every problem. */
const compose = (
  at: Omit<ConfigPlace, "offset">,
  text: string,
  places: ConfigPlaces,
  syntax: "yaml" | "json"
): ReadonlyArray<ConfigFault> | ConfigDocument => {
  at.lines.addNewLine(0)
  for (const match of text.matchAll(/\n/g)) at.lines.addNewLine(match.index + 1)
  const control = controlCharacter(text)
  if (control !== undefined) return [control]
  const tokens = tokensOf(text)
  if ("said" in tokens) return [tokens]
  const fault = syntax === "json" ? JsonFault.find(text) : undefined
  if (fault !== undefined) return [fault]
  const composer = new Composer({
    intAsBigInt: true,
    keepSourceTokens: false,
    merge: false,
    prettyErrors: false,
    strict: true,
    uniqueKeys: false
  })
  const [document, second] = [...composer.compose(tokens, true, text.length)]
  if (document === undefined) return { value: null }
  const faults = document.errors.map((error) => ({ offset: error.pos[0], said: YamlFault.said(error) }))
  const version = /^%YAML[ \t]+(?!1\.2\b)(\S+)/m.exec(text)
  if (version !== null && document.directives?.docStart === true) {
    faults.push({
      offset: version.index,
      said: `YAML ${version[1]} is not supported: remove this line, and write YAML 1.2`
    })
  }
  if (faults.length > 0) return faults
  if (second !== undefined) {
    const start = text.indexOf("\n---", document.range[1] - 1)
    return [{ offset: start === -1 ? document.range[2] : start + 1, said: SECOND }]
  }
  const reader = new ConfigReader(text, document, at, places)
  const value = reader.read(document.contents)
  if (reader.found.length > 0) return reader.found
  if (value !== null && (typeof value !== "object" || Array.isArray(value))) {
    const said = `run config must be a map with keys such as "ops" and "resources", not ${kindOf(value)}`
    return [{ offset: document.contents?.range[0] ?? 0, said }]
  }
  return { value: value as ConfigDocument["value"] }
}

const SECOND = 'a config file can hold only one document: remove this "---", or split the file'

/**
 * Reads config texts in YAML or JSON.
 *
 * @since 0.1.0
 */
export const ConfigDocument = {
  /**
   * Reads a text as JSON, or returns its problems with file, line and column.
   *
   * @param name - name of the file
   * @param text - its text
   * @param places - records the places of the entries
   * @param syntax - the syntax that the text must have
   */
  read: (
    name: string,
    text: string,
    places: ConfigPlaces,
    syntax: "yaml" | "json" = "yaml"
  ): ConfigDocument | ReadonlyArray<string> => {
    const lines = new LineCounter()
    const composed = compose({ name, lines }, text, places, syntax)
    if (!("length" in composed)) return composed
    const problems = composed
      .slice(0, SHOWN)
      .map(({ offset, said }) => ConfigExcerpt.problem(name, text, lines, offset, said))
    return composed.length > SHOWN ? [...problems, `${name}: and ${composed.length - SHOWN} more problems`] : problems
  }
}
