import { assert, describe, it } from "@effect/vitest"
import { html, inline } from "../src/Html.ts"

describe("Html", () => {
  it("escapes what is not HTML, in text and in attributes", () => {
    const name = `O'Hare <b> & "Sons"`
    assert.strictEqual(
      html`<i title="${name}">${name}</i>`.source,
      `<i title="O&#39;Hare &lt;b&gt; &amp; &quot;Sons&quot;">O&#39;Hare &lt;b&gt; &amp; &quot;Sons&quot;</i>`
    )
  })

  it("leaves HTML in HTML alone, one or many", () => {
    assert.strictEqual(
      html`<ul>
        ${[1, 2].map((n) => html`<li>${n}</li>`)}
      </ul>`.source,
      "<ul> <li>1</li><li>2</li> </ul>"
    )
  })

  it("gives a picture the width of its column and keeps its proportions", () => {
    assert.strictEqual(
      inline(`<svg class="marks" width="450" height="300" viewBox="0 0 450 300"><g/></svg>`).source,
      `<svg class="marks" width="100%" viewBox="0 0 450 300"><g/></svg>`
    )
  })
})
