import { Effect, Schema } from "effect"
import type { AirportPage } from "./AirportPage.ts"
import type { Pattern } from "./AirportProfile.ts"
import { ArtifactStore } from "./ArtifactStore.ts"
import type { DataQuality } from "./DataQuality.ts"
import type { DelayMap } from "./DelayMap.ts"
import { count, inWords, several, share, tenth } from "./Figures.ts"
import { html, Html, inline } from "./Html.ts"
import type { Picture } from "./HourlyProfile.ts"
import { delayBar, fact, page } from "./Page.ts"
import { fewFlights } from "./PatternCharts.ts"
import type { WorstRoutes } from "./WorstRoutes.ts"

/** The path of the report, and its first five figures. */
export const Report = Schema.Struct({
  path: Schema.String,
  flights: Schema.Int,
  meanDelay: Schema.Finite,
  lateShare: Schema.Finite,
  worstRoute: Schema.String,
  airports: Schema.Int
})
export type Report = typeof Report.Type

export interface ReportParts {
  readonly quality: DataQuality
  readonly country: Pattern
  readonly hours: Picture
  readonly worst: WorstRoutes
  readonly pages: ReadonlyArray<AirportPage>
  readonly map: DelayMap
}

/** Writes the report page. */
export const writeReport = Effect.fnUntraced(function* (parts: ReportParts) {
  const artifacts = yield* ArtifactStore
  const map = yield* artifacts.read(parts.map.svg)
  const hours = yield* artifacts.read(parts.hours.path)
  const path = "report.html"
  yield* artifacts.write(path, render(parts, { map, hours }))
  const worst = parts.worst.routes[0]
  return {
    path,
    flights: parts.country.flights,
    meanDelay: parts.country.meanDelay,
    lateShare: parts.country.lateShare,
    worstRoute: worst === undefined ? "" : `${worst.origin}-${worst.destination}`,
    airports: parts.pages.length
  } satisfies Report
})

const render = (parts: ReportParts, pictures: { readonly map: string; readonly hours: string }): string => {
  const { quality, country } = parts
  const { routes, minimumFlights } = parts.worst
  const pages = parts.pages.toSorted((a, b) => b.flights - a.flights)
  const comparable = pages.filter(({ flights }) => flights >= 1000).toSorted((a, b) => a.meanDelay - b.meanDelay)
  const [best, worst] = [comparable[0], comparable.at(-1)]
  return page(
    "US flight delays, January to June 2001",
    html` <header>
        <span class="code">JAN – JUN 2001</span>
        <h1>One flight in ${inWords(1 / country.lateShare)} landed late</h1>
        <p class="lead">
          ${count(country.flights)} flights between US airports: how late they landed, where they came from and when
          they left.
        </p>
      </header>
      <dl class="facts">
        ${fact("Mean delay", `${tenth(country.meanDelay)} min`, `the median is ${tenth(country.medianDelay).replace(".0", "")}`)}
        ${fact("Late flights", share(country.lateShare), "15 minutes or more")}
        ${fact("Airports", count(pages.length), "each with a page of its own")}
        ${
          best === undefined || worst === undefined
            ? html``
            : html` ${fact("Latest airport", worst.place.code, `${worst.place.city}, ${tenth(worst.meanDelay)} min`)}
              ${fact("Most punctual", best.place.code, `${best.place.city}, ${tenth(best.meanDelay)} min`)}`
        }
      </dl>
      <p class="note">Latest and most punctual among airports with at least 1,000 departures.</p>

      <h2>Where flights leave late</h2>
      <p class="note">Mean arrival delay by airport of departure. Each circle leads to the airport's page.</p>
      <figure class="map">${inline(withTooltips(pictures.map))}</figure>

      <h2>When they do</h2>
      <p class="note">Delays add up over the day; the night resets them.</p>
      <section class="charts">
        <figure>${inline(pictures.hours)}</figure>
        <div class="card">
          <h2 style="margin-top:0">Reading the hours</h2>
          <p>
            Planes fly several legs a day. A late leg makes the next one late, so the risk grows from
            ${hourShare(country, 6)} at 6 in the morning to ${hourShare(country, 21)} at 9 in the evening.
          </p>
          <p>
            The hours are those of the actual departure. Hardly anything is planned for 2 or 3 at night: the
            ${count(hourFlights(country, 2) + hourFlights(country, 3))} flights that did leave then were mostly meant
            for the evening before.
          </p>
          <p>Fridays are worst (${weekdayShare(country, 5)} late), Saturdays best (${weekdayShare(country, 6)}).</p>
        </div>
      </section>

      <h2>The worst routes</h2>
      <p class="note">
        Highest mean arrival delay in minutes, one way, among routes with at least ${several(minimumFlights, "flight")}.
      </p>
      <div class="wide">
        <table>
          <thead>
            <tr>
              <th>From</th>
              <th>To</th>
              <th class="n wordy">Miles</th>
              <th class="n">Flights</th>
              <th class="n">15+ late</th>
              <th class="n">Delay</th>
              <th></th>
            </tr>
          </thead>
          <tbody>
            ${routes.map(
              (route) =>
                html`<tr>
                  <td>${airportLink(pages, route.origin, route.originCity)}</td>
                  <td>${airportLink(pages, route.destination, route.destinationCity)}</td>
                  <td class="n wordy">${count(route.miles)}</td>
                  <td class="n">${count(route.flights)}</td>
                  <td class="n">${share(route.lateShare)}</td>
                  <td class="n">${tenth(route.delay)}</td>
                  ${delayBar(route.delay, routes[0]!.delay)}
                </tr>`
            )}
          </tbody>
        </table>
      </div>

      <h2>What was left out</h2>
      <p>
        ${count(quality.rows)} rows were read, ${count(quality.rows - quality.kept)} break a rule and are left out. They
        are few, but they change
        answers${
          quality.misled.length === 0
            ? ""
            : `: ${quality.misled.map((route) => `with them ${route.origin} to ${route.destination} would average ${tenth(route.before)} minutes instead of ${tenth(route.after)}`).join(", and ")}`
        }.
      </p>
      <div class="wide">
        <table>
          <thead>
            <tr>
              <th>Rule</th>
              <th class="n">Rows</th>
            </tr>
          </thead>
          <tbody>
            ${quality.dropped.map(
              ({ because, rows }) =>
                html`<tr>
                  <td>${because}</td>
                  <td class="n">${count(rows)}</td>
                </tr>`
            )}
          </tbody>
        </table>
      </div>
      <p class="note" style="margin-top:14px">
        ${count(quality.twins)} rows equal another one in every column. They stay: without flight numbers two flights
        can look alike, and ${count(quality.twinsByChance)} are to be expected by chance among flights that share route
        and minute.
      </p>

      <h2>All airports</h2>
      <p class="note">${count(pages.length)} airports, most departures first; mean delay in minutes.</p>
      <input
        type="search"
        id="find"
        placeholder="Code, city or state"
        aria-label="Find an airport"
        autocomplete="off"
      />
      <table id="airports">
        <thead>
          <tr>
            <th>Airport</th>
            <th class="wordy">Name</th>
            <th class="n">Flights</th>
            <th class="n">15+ late</th>
            <th class="n">Delay</th>
          </tr>
        </thead>
        <tbody>
          ${pages.map(
            ({ path, place, flights, lateShare, meanDelay }) =>
              html` <tr>
                <td><a href="${path}">${place.city}, ${place.state}</a> <small>${place.code}</small></td>
                <td class="wordy">${place.name}</td>
                <td class="n">${count(flights)}</td>
                <td class="n">${flights < fewFlights ? "" : share(lateShare)}</td>
                <td class="n">${tenth(meanDelay)}</td>
              </tr>`
          )}
        </tbody>
      </table>
      <footer class="note">
        Data: US Bureau of Transportation Statistics, from the npm package vega-datasets. Delay is that of the arrival;
        cancelled flights are not in the data. Map as a picture: <a href="${parts.map.png}">${parts.map.png}</a>
      </footer>
      ${search}`
  )
}

const slotShare = (slots: Pattern["hours"], slot: number) =>
  share(slots.find((other) => other.slot === slot)?.lateShare ?? 0)
const hourShare = (country: Pattern, hour: number) => slotShare(country.hours, hour)
const weekdayShare = (country: Pattern, weekday: number) => slotShare(country.weekdays, weekday)
const hourFlights = (country: Pattern, hour: number) => country.hours.find(({ slot }) => slot === hour)?.flights ?? 0

/** A link where the airport has a page; it may have too few flights for one. */
const airportLink = (pages: ReadonlyArray<AirportPage>, code: string, city: string): Html => {
  const found = pages.find(({ place }) => place.code === code)
  return html`${found === undefined ? city : html`<a href="${found.path}">${city}</a>`} <small>${code}</small>`
}

/** Browsers show a `title` on hover; the description of each circle already has the same text. */
const withTooltips = (svg: string): string =>
  svg.replace(
    /<path aria-label="([^"]*)"([^>]*?)(?:\/>|><\/path>)/g,
    '<path aria-label="$1"$2><title>$1</title></path>'
  )

const search = new Html(`<script>
const rows = [...document.querySelectorAll("#airports tbody tr")]
document.getElementById("find").addEventListener("input", ({ target }) => {
  const words = target.value.toLowerCase()
  for (const row of rows) row.hidden = !row.textContent.toLowerCase().includes(words)
})
</script>`)
