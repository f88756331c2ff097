import { accent } from "./Chart.ts"
import { html, Html } from "./Html.ts"

const style = new Html(`
:root { color-scheme: light dark; --ink: #16191d; --soft: #59636f; --paper: #fbfaf8; --card: #fff; --line: #e5e2dc; --accent: ${accent}; --link: #b83c17; }
@media (prefers-color-scheme: dark) { :root { --ink: #eceef0; --soft: #9aa5b1; --paper: #121417; --card: #1a1d22; --line: #2b3037; --link: #ff8a63; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.55 Inter, system-ui, -apple-system, "Segoe UI", Roboto, Helvetica, Arial, sans-serif; -webkit-text-size-adjust: 100%; }
main { max-width: 1040px; margin: 0 auto; padding: clamp(20px, 5vw, 56px) clamp(16px, 4vw, 40px) 64px; }
a { color: var(--link); text-decoration: none; } a:hover { text-decoration: underline; }
h1 { font-size: clamp(30px, 6vw, 48px); line-height: 1.08; letter-spacing: -0.025em; margin: 0 0 12px; text-wrap: balance; }
h2 { font-size: 22px; line-height: 1.25; letter-spacing: -0.012em; margin: 56px 0 4px; }
p { margin: 0 0 12px; max-width: 68ch; } .lead { font-size: clamp(17px, 2.4vw, 20px); color: var(--soft); } .note { color: var(--soft); font-size: 14px; }
.crumb { font-size: 14px; margin-bottom: 28px; }
.code { display: inline-block; font: 600 13px/1 ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; letter-spacing: 0.06em; padding: 5px 7px; border: 1px solid var(--line); border-radius: 5px; color: var(--soft); margin-bottom: 14px; }
.facts { display: grid; grid-template-columns: repeat(auto-fit, minmax(160px, 1fr)); margin: 32px 0 8px; background: var(--card); border: 1px solid var(--line); border-radius: 10px; overflow: hidden; }
.facts > div { padding: 16px 18px; border: solid var(--line); border-width: 0 1px 1px 0; margin: 0 -1px -1px 0; } .facts dt { font-size: 13px; color: var(--soft); margin: 0; }
.facts dd { margin: 4px 0 0; font-size: 23px; font-weight: 650; white-space: nowrap; letter-spacing: -0.02em; font-variant-numeric: tabular-nums; line-height: 1.15; } .facts small { display: block; font-size: 13px; font-weight: 400; color: var(--soft); letter-spacing: 0; margin-top: 4px; white-space: normal; }
.charts { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 400px), 1fr)); gap: 20px; margin: 24px 0; }
figure { margin: 0; } .card, figure { background: var(--card); border: 1px solid var(--line); border-radius: 10px; padding: clamp(12px, 2.5vw, 22px); } figure svg { display: block; height: auto; overflow: visible; } .card table { margin-top: 6px; } .card th, .card td { padding-top: 6px; padding-bottom: 6px; } figure figcaption { color: var(--soft); font-size: 13px; margin-top: 10px; }
.map { margin: 20px 0 0; } .map a:hover path, .map a:focus path { stroke: var(--ink); stroke-width: 2; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: 15px; font-variant-numeric: tabular-nums; margin-top: 14px; }
th { text-align: left; font-weight: 500; font-size: 13px; color: var(--soft); } th, td { padding: 8px 14px 8px 0; border-bottom: 1px solid var(--line); vertical-align: baseline; } td:last-child, th:last-child { padding-right: 0; }
.n { text-align: right; white-space: nowrap; } .bar { width: 26%; min-width: 70px; } .bar i { display: block; height: 8px; border-radius: 2px; background: var(--accent); } .bar i.early { background: #8c98a6; }
td small { color: var(--soft); font-size: 13px; }
input[type=search] { width: min(100%, 340px); margin-top: 14px; padding: 10px 12px; font: inherit; color: inherit; background: var(--card); border: 1px solid var(--line); border-radius: 8px; } input:focus-visible, a:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
.neighbours { display: flex; justify-content: space-between; gap: 16px; margin-top: 48px; padding-top: 18px; border-top: 1px solid var(--line); font-size: 15px; }
footer { margin-top: 56px; padding-top: 18px; border-top: 1px solid var(--line); }
@media (max-width: 560px) { .wordy { display: none; } th, td { padding-right: 10px; } table { font-size: 14px; } h2 { margin-top: 44px; } }
@media print { body { background: none; } }
`)

/** A whole page that needs no other file. */
export const page = (title: string, body: Html): string =>
  html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${title}</title>
        <link rel="icon" href="data:," />
        <style>
          ${style}
        </style>
      </head>
      <body>
        <main>${body}</main>
      </body>
    </html> `.source

/** One figure with its name, and a line below. */
export const fact = (name: string, figure: string, more: string): Html =>
  html`<div>
    <dt>${name}</dt>
    <dd>${figure}<small>${more}</small></dd>
  </div>`

/** A bar for a delay of `minutes`, in a column whose longest bar stands for `most`; grey when early. */
export const delayBar = (minutes: number, most: number): Html =>
  html`<td class="bar"><i${minutes < 0 ? new Html(' class="early"') : ""} style="width:${Math.min(100, Math.round((100 * Math.abs(minutes)) / Math.max(most, 1)))}%"></i></td>`
