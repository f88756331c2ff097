import { styleText } from "node:util"

/** A style that a terminal knows, or several together. */
export type PaintFormat = Parameters<typeof styleText>[0]

/**
 * Colours a piece of text, or leaves it plain. Views take one, so that they give the same text to a terminal, to a pipe
 * and to a test.
 *
 * @since 0.1.0
 */
export type Paint = (format: PaintFormat, text: string) => string

const plain: Paint = (_format, text) => text
const coloured: Paint = (format, text) => (text === "" ? "" : styleText(format, text, { validateStream: false }))

/**
 * Ways to colour text.
 *
 * @since 0.1.0
 */
export const Paint = {
  /** Leaves every text as it is. */
  plain,

  /** Colours every text. */
  coloured,

  /**
   * Colours when the stream shows colours: `NO_COLOR`, `FORCE_COLOR` and the kind of terminal decide.
   *
   * @param stream - where the text goes
   */
  of: (stream: NodeJS.WritableStream): Paint => (styleText("red", "x", { stream }) === "x" ? plain : coloured)
}
