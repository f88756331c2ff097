import * as CliOutput from "effect/cli/CliOutput"
import type * as HelpDoc from "effect/cli/HelpDoc"
import * as Option from "effect/Option"
import { PlainText } from "./PlainText.ts"

/** The list of choices that the parser appends to descriptions; the placeholder already shows them. */
const CHOICES = / \(choices: [^)]*\)/

const flag = (doc: HelpDoc.FlagDoc, width: number, column: number): HelpDoc.FlagDoc => ({
  ...doc,
  description: Option.map(doc.description, (said) =>
    PlainText.wrap(said.replace(CHOICES, ""), Math.max(30, width - column)).join(`\n${" ".repeat(column)}`)
  )
})

/** Column where the formatter starts the flag descriptions. */
const columnOf = (flags: ReadonlyArray<HelpDoc.FlagDoc>): number =>
  flags.reduce((most, { aliases, name, type }) => {
    const names = [`--${name}`, ...aliases].join(", ")
    return Math.max(most, names.length + (type === "boolean" ? 0 : type.length + 1))
  }, 0) + 6

const flags = (docs: ReadonlyArray<HelpDoc.FlagDoc>, width: number): ReadonlyArray<HelpDoc.FlagDoc> => {
  const column = columnOf(docs)
  return docs.map((doc) => flag(doc, width, column))
}

/**
 * Renders the help of a command.
 *
 * @since 0.1.0
 */
export const HelpView = {
  /**
   * Renders help text wrapped to a width.
   *
   * @param doc - help document of the command
   * @param options - `width` in cells, `colours`
   */
  render: (doc: HelpDoc.HelpDoc, options: { readonly width: number; readonly colours: boolean }): string => {
    const width = Math.min(options.width, 110)
    return CliOutput.defaultFormatter({ colors: options.colours })
      .formatHelpDoc({
        ...doc,
        description: PlainText.wrap(doc.description, width - 2).join("\n  "),
        flags: flags(doc.flags, width),
        // The formatter prints the type behind the name: "run string".
        ...(doc.args === undefined
          ? {}
          : { args: doc.args.map((arg) => ({ ...arg, name: `<${arg.name}>`, type: "" })) }),
        ...(doc.globalFlags === undefined ? {} : { globalFlags: flags(doc.globalFlags, width) })
      })
      .replace(/(\S)\n(\S*EXAMPLES)/, "$1\n\n$2")
  }
}
