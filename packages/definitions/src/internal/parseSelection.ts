import { AssetSelectionError } from "../AssetSelectionError.ts"
import type { SelectionExpression, SelectionPlace } from "../SelectionExpression.ts"

/** One word or sign of the text. `at` is where it starts. */
interface Token {
  readonly kind: "word" | "quoted" | "(" | ")" | "+" | "*" | ":" | "=" | "end"
  readonly text: string
  readonly at: number
  /** Whether nothing separates it from the token before. */
  readonly glued: boolean
}

const ATTRIBUTES = ["key", "group", "tag", "kind", "owner", "code_location"]
const FUNCTIONS = ["roots", "sinks"]

const SIGN = /^[()+*:=]/
const QUOTED = /^"((?:[^"\\]|\\.)*)"/s
const DIGITS = /^\d+$/
const WORD = /^[^\s()+*:="]+/

class SelectionParser {
  readonly #text: string
  readonly #tokens: ReadonlyArray<Token>
  #next = 0

  constructor(text: string) {
    this.#text = text
    this.#tokens = this.#split()
  }

  #fail(clause: string, message: string, at: number): AssetSelectionError {
    const place = this.#text === "" ? {} : { at, text: this.#text }
    return new AssetSelectionError({ subject: "", problems: [{ clause, message, ...place }] })
  }

  #split(): ReadonlyArray<Token> {
    const tokens: Array<Token> = []
    let at = 0
    let end = -1
    while (at < this.#text.length) {
      const rest = this.#text.slice(at)
      const space = /^\s+/.exec(rest)?.[0].length
      if (space !== undefined) {
        at += space
        continue
      }
      const glued = end === at
      const sign = SIGN.exec(rest)?.[0] as Token["kind"] | undefined
      const quoted = sign === undefined ? QUOTED.exec(rest) : null
      if (sign === undefined && quoted === null && rest.startsWith('"')) {
        throw this.#fail(rest, "the quotation mark is not closed", at)
      }
      const length = sign === undefined ? (quoted?.[0].length ?? WORD.exec(rest)![0].length) : 1
      const text = quoted === null ? rest.slice(0, length) : quoted[1]!.replaceAll(/\\(.)/gs, "$1")
      tokens.push({ kind: sign ?? (quoted === null ? "word" : "quoted"), text, at, glued })
      at += length
      end = at
    }
    tokens.push({ kind: "end", text: "", at: this.#text.length, glued: false })
    return tokens
  }

  get #token(): Token {
    return this.#tokens[this.#next]!
  }

  #take(): Token {
    const token = this.#token
    if (token.kind !== "end") this.#next += 1
    return token
  }

  #isWord(...words: ReadonlyArray<string>): boolean {
    return this.#token.kind === "word" && words.includes(this.#token.text.toLowerCase())
  }

  #unexpected(wanted: string): AssetSelectionError {
    const { at, kind, text } = this.#token
    return kind === "end"
      ? this.#fail("", `${wanted} is missing at the end`, at)
      : this.#fail(text, `${wanted} is expected here`, at)
  }

  parse(): SelectionExpression {
    if (this.#token.kind === "end") throw this.#fail("", 'it is empty: write "*" for all assets', 0)
    const selection = this.#or()
    if (this.#next < this.#tokens.length - 1) throw this.#unexpected('"and", "or" or the end')
    return selection
  }

  #or(): SelectionExpression {
    const parts = [this.#and()]
    while (this.#isWord("or")) {
      this.#take()
      parts.push(this.#and())
    }
    return parts.length === 1 ? parts[0]! : { _tag: "Or", parts }
  }

  #and(): SelectionExpression {
    const parts = [this.#not()]
    while (this.#isWord("and")) {
      this.#take()
      parts.push(this.#not())
    }
    return parts.length === 1 ? parts[0]! : { _tag: "And", parts }
  }

  #not(): SelectionExpression {
    let negated = false
    while (this.#isWord("not")) {
      this.#take()
      negated = !negated
    }
    const of = this.#neighborhood()
    return negated ? { _tag: "Not", of } : of
  }

  /** An operand with the levels before and after it. */
  #neighborhood(): SelectionExpression {
    if (this.#token.kind === "*" && !this.#isOperand(this.#tokens[this.#next + 1]!)) {
      this.#take()
      return { _tag: "All" }
    }
    const before = this.#levelsBefore()
    const { isBare, of } = this.#operand()
    const after = this.#levelsAfter()
    const grown = (tag: "Upstream" | "Downstream", levels: Levels | undefined): ReadonlyArray<SelectionExpression> =>
      levels === undefined ? [] : [{ _tag: tag, of, depth: depthOf(levels, isBare), includeSelf: true }]
    const parts = [...grown("Upstream", before), ...grown("Downstream", after)]
    return parts.length === 0 ? of : parts.length === 1 ? parts[0]! : { _tag: "Or", parts }
  }

  #isOperand({ glued, kind }: Token): boolean {
    return glued && (kind === "word" || kind === "quoted" || kind === "(")
  }

  /** `*`, `+`, `++` or `2+`. */
  #levelsBefore(): Levels | undefined {
    if (this.#token.kind === "*") return this.#allLevels()
    const isCount = DIGITS.test(this.#token.text) && this.#tokens[this.#next + 1]?.kind === "+"
    const count = isCount && this.#token.kind === "word" ? this.#count() : undefined
    return this.#pluses(count)
  }

  /** `*`, `+`, `++` or `+2`. */
  #levelsAfter(): Levels | undefined {
    if (this.#token.kind === "*") return this.#allLevels()
    const levels = this.#pluses(undefined)
    const { glued, kind, text } = this.#token
    if (levels === undefined || kind !== "word" || !glued || !DIGITS.test(text)) return levels
    return { ...levels, count: this.#count() }
  }

  #count(): number {
    const { at, text } = this.#take()
    if (Number(text) === 0) throw this.#fail(text, "a number of levels must be 1 or more", at)
    return Number(text)
  }

  #allLevels(): Levels {
    this.#take()
    return { pluses: 0, count: Infinity }
  }

  #pluses(count: number | undefined): Levels | undefined {
    let pluses = 0
    for (; this.#token.kind === "+"; pluses++) this.#take()
    return pluses === 0 ? undefined : { pluses, count }
  }

  #operand(): { readonly of: SelectionExpression; readonly isBare: boolean } {
    const token = this.#token
    if (token.kind === "(") return { of: this.#inBrackets(), isBare: false }
    if (token.kind !== "word" && token.kind !== "quoted") throw this.#unexpected("an asset")
    if (this.#isWord("and", "or")) throw this.#unexpected("an asset")
    this.#take()
    const { kind } = this.#token
    if (token.kind === "word" && kind === ":") return { of: this.#attribute(token), isBare: false }
    if (token.kind === "word" && kind === "(") {
      const name = token.text.toLowerCase()
      if (!FUNCTIONS.includes(name)) {
        throw this.#fail(token.text, "there is no such function: use roots(…) or sinks(…)", token.at)
      }
      return { of: { _tag: name === "roots" ? "Roots" : "Sinks", of: this.#inBrackets() }, isBare: false }
    }
    return { of: { _tag: "Keys", keys: [token.text], place: this.#place(token) }, isBare: true }
  }

  #place({ at }: Token): SelectionPlace {
    return { text: this.#text, at }
  }

  #inBrackets(): SelectionExpression {
    this.#take()
    const inner = this.#or()
    if (this.#token.kind !== ")") throw this.#unexpected('")"')
    this.#take()
    return inner
  }

  #value(what: string): string {
    if (this.#token.kind !== "word" && this.#token.kind !== "quoted") throw this.#unexpected(what)
    return this.#take().text
  }

  /** A key in which `*` stands for any text, also without quotation marks: `sales/*`. */
  #pattern(): string {
    let pattern = this.#token.kind === "*" ? this.#take().text : this.#value("a key")
    if (this.#tokens[this.#next - 1]!.kind === "quoted") return pattern
    while (this.#token.glued && (this.#token.kind === "*" || this.#token.kind === "word")) pattern += this.#take().text
    return pattern
  }

  #attribute(name: Token): SelectionExpression {
    this.#take()
    switch (name.text.toLowerCase()) {
      case "key":
        return { _tag: "KeyPattern", pattern: this.#pattern() }
      case "group":
        return { _tag: "Groups", groups: [this.#value("the name of a group")] }
      case "kind":
        return { _tag: "Kind", kind: this.#value("a kind") }
      case "owner":
        return { _tag: "Owner", owner: this.#value("an owner") }
      case "code_location":
        return {
          _tag: "CodeLocation",
          name: this.#value("the name of a code location"),
          place: this.#place(name)
        }
      case "tag": {
        const key = this.#value("the key of a tag")
        if (this.#token.kind !== "=") return { _tag: "Tag", key }
        this.#take()
        return { _tag: "Tag", key, value: this.#value("the value of the tag") }
      }
      default:
        throw this.#fail(
          name.text,
          `there is no such attribute: use ${ATTRIBUTES.map((attribute) => `"${attribute}:"`).join(", ")}`,
          name.at
        )
    }
  }
}

interface Levels {
  readonly pluses: number
  /** A number of levels that the text states. */
  readonly count: number | undefined
}

/** Beside the bare name of an asset each plus is one level; beside anything else one plus means all levels. */
const depthOf = ({ count, pluses }: Levels, isBare: boolean): number => count ?? (isBare ? pluses : Infinity)

/**
 * Reads a selection of assets that is text.
 *
 * @throws AssetSelectionError that points to the place of the mistake
 */
export const parseSelection = (text: string): SelectionExpression => new SelectionParser(text).parse()
