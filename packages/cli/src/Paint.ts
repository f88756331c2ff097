import { WriteStream } from "node:tty"
import { styleText } from "node:util"

/** One or more terminal styles. */
export type PaintFormat = Parameters<typeof styleText>[0]

/**
 * Applies styles to text, or leaves it plain. Views take it as a parameter, so that terminals, pipes and tests get the same
 * text.
 *
 * @since 0.1.0
 */
export type Paint = (format: PaintFormat, text: string) => string

const plain: Paint = (_format, text) => text
const coloured: Paint = (format, text) => (text === "" ? "" : styleText(format, text, { validateStream: false }))

/**
 * Creates `Paint` functions.
 *
 * @since 0.1.0
 */
export const Paint = {
  /** Leaves all text plain. */
  plain,

  /** Always applies styles. */
  coloured,

  /**
   * Applies styles if the environment allows it, by the rules of Node: `NO_COLOR`, `FORCE_COLOR` and what the terminal can
   * show.
   *
   * @param isTerminal - whether the text is written to a terminal
   */
  of: (isTerminal: boolean): Paint =>
    (isTerminal || process.env["FORCE_COLOR"] !== undefined) && WriteStream.prototype.getColorDepth() > 2
      ? coloured
      : plain
}
