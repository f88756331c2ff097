/**
 * Measures text in SVG images. Widths are estimates for common sans-serif system fonts.
 *
 * @since 0.1.0
 */
export const SvgText = {
  /** Font stack of all images. */
  fontFamily: "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, 'DejaVu Sans', sans-serif",

  /**
   * Estimates the width of a text; errs on the wide side.
   *
   * @param text - one line
   * @param fontSize - in pixels
   */
  width: (text: string, fontSize: number): number => {
    let em = 0
    for (const char of text) em += charWidth(char)
    return em * fontSize
  },

  /** Truncates text to a number of pixels and marks the cut with an ellipsis. */
  fit: (text: string, pixels: number, fontSize: number): string => {
    if (SvgText.width(text, fontSize) <= pixels) return text
    let kept = ""
    let used = charWidth("…") * fontSize
    for (const char of text) {
      used += charWidth(char) * fontSize
      if (used > pixels) break
      kept += char
    }
    return kept === "" ? "" : `${kept}…`
  },

  /** Formats a coordinate or length with at most two decimals. */
  number: (value: number): string => String(Math.round(value * 100) / 100)
}

const charWidth = (char: string): number => {
  if ("il.,:;'|!".includes(char)) return 0.3
  if ("jtfrI()[]{} -/·".includes(char)) return 0.38
  if ("mwMW@%".includes(char)) return 0.92
  if (char >= "A" && char <= "Z") return 0.7
  if (char > "\u2e7f") return 1
  return 0.59
}
