import { Effect, Schema } from "effect"
import { Place, type AirportProfile, type Pattern } from "./AirportProfile.ts"
import { ArtifactStore } from "./ArtifactStore.ts"
import { draw } from "./Chart.ts"
import { count, day, duration, lateness, several, share, tenth } from "./Figures.ts"
import { html, inline } from "./Html.ts"
import { delayBar, fact, page } from "./Page.ts"
import { byDelay, byHour, byWeekday, classRows, fewFlights, slotRows } from "./PatternCharts.ts"

/** A page that was written, with the figures that the report shows of it. */
export const AirportPage = Schema.Struct({
  path: Schema.String,
  place: Place,
  flights: Schema.Int,
  meanDelay: Schema.Finite,
  lateShare: Schema.Finite
})
export type AirportPage = typeof AirportPage.Type

/** Draws an airport's charts and writes its page, and its chart by hour as a picture of its own. */
export const writeAirportPage = Effect.fnUntraced(function* (profile: AirportProfile, country: Pattern) {
  const { place, pattern } = profile
  const artifacts = yield* ArtifactStore
  const hours = yield* draw(byHour, { rows: slotRows(pattern.hours, country.hours) })
  const weekdays = yield* draw(byWeekday, { rows: slotRows(pattern.weekdays, country.weekdays) })
  const delays = yield* draw(byDelay, { rows: classRows(pattern, country) })
  const path = `airports/${place.code}.html`
  yield* artifacts.write(`airports/${place.code}.svg`, hours)
  yield* artifacts.write(path, render(profile, country, { hours, weekdays, delays }))
  return {
    path,
    place,
    flights: pattern.flights,
    meanDelay: pattern.meanDelay,
    lateShare: pattern.lateShare
  } satisfies AirportPage
})

const render = (
  { place, pattern, destinationCount, destinations, worstDay, longestDelay }: AirportProfile,
  country: Pattern,
  charts: { readonly hours: string; readonly weekdays: string; readonly delays: string }
): string => {
  const most = Math.max(...destinations.map(({ delay }) => Math.abs(delay)))
  const difference = pattern.meanDelay - country.meanDelay
  return page(
    `${place.code} ${place.city}: flight delays`,
    html`
      <nav class="crumb"><a href="../report.html">← All airports</a></nav>
      <header>
        <span class="code">${place.code}</span>
        <h1>${place.city}, ${place.state}</h1>
        <p class="lead">
          ${place.name}. ${several(pattern.flights, "flight")} left from here between January and June
          2001${
            pattern.flights < fewFlights
              ? ": too few to compare"
              : `; on average they landed ${lateness(pattern.meanDelay)}, ${tenth(Math.abs(difference))} minutes ${difference < 0 ? "less" : "more"} than in the whole country`
          }.
        </p>
      </header>
      <dl class="facts">
        ${fact("Mean delay", `${tenth(pattern.meanDelay)} min`, `${tenth(country.meanDelay)} in the country`)}
        ${fact("Late flights", share(pattern.lateShare), "15 minutes or more")}
        ${fact("Median delay", `${tenth(pattern.medianDelay).replace(".0", "")} min`, `nine of ten stay below ${count(pattern.ninthDecile)}`)}
        ${fact("Worst day", day(worstDay.date), `${tenth(worstDay.delay)} min over ${several(worstDay.flights, "flight")}`)}
        ${fact("Longest delay", duration(longestDelay.minutes), `to ${longestDelay.city}, ${day(longestDelay.date)}`)}
      </dl>
      <section class="charts">
        <figure>${inline(charts.hours)}</figure>
        <figure>${inline(charts.delays)}</figure>
        <figure>${inline(charts.weekdays)}</figure>
        <div class="card">
          <h2 style="margin-top:0">Top destinations</h2>
          <p class="note">
            ${destinations.length === destinationCount ? html`Mean delay in minutes` : html`${count(destinations.length)} of ${several(destinationCount, "place")}, most flights first; mean delay in minutes`}
          </p>
          <table>
            <thead>
              <tr>
                <th>To</th>
                <th class="n">Flights</th>
                <th class="n">Delay</th>
                <th><span hidden>Delay</span></th>
              </tr>
            </thead>
            <tbody>
              ${destinations.map(
                ({ code, city, flights, delay }) =>
                  html`<tr>
                    <td>${city} <small>${code}</small></td>
                    <td class="n">${count(flights)}</td>
                    <td class="n">${tenth(delay)}</td>
                    ${delayBar(delay, most)}
                  </tr>`
              )}
            </tbody>
          </table>
        </div>
      </section>
      <p class="note">
        The line across each bar is the whole country. Faint bars stand for fewer than ${fewFlights} flights. Hours are
        those of the actual departure: what leaves at night is mostly late from the evening. Cancelled flights are not
        in the data. <a href="${place.code}.svg">The first chart as a picture.</a>
      </p>
    `
  )
}
