/** Text that is HTML already. */
export class Html {
  readonly source: string
  constructor(source: string) {
    this.source = source
  }
}

type Part = Html | string | number | ReadonlyArray<Html>

const escapes: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" }

const sourceOf = (part: Part): string =>
  part instanceof Html
    ? part.source
    : typeof part === "object"
      ? part.map((html) => html.source).join("")
      : String(part).replace(/[&<>"']/g, (character) => escapes[character]!)

/** HTML from a template. Line breaks and indents become one space. Values are escaped unless they are HTML. */
export const html = (strings: TemplateStringsArray, ...parts: ReadonlyArray<Part>): Html =>
  new Html(String.raw({ raw: strings.map((text) => text.replace(/\s*\n\s*/g, " ")) }, ...parts.map(sourceOf)))

/** An SVG picture for a page, as wide as its column. */
export const inline = (svg: string): Html =>
  new Html(svg.replace(/<svg([^>]*?) width="([\d.]+)" height="([\d.]+)"/, `<svg$1 width="100%"`))
