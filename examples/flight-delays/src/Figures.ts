const whole = new Intl.NumberFormat("en-US", { maximumFractionDigits: 0 })
const tenths = new Intl.NumberFormat("en-US", {
  minimumFractionDigits: 1,
  maximumFractionDigits: 1,
  signDisplay: "negative"
})
const percent = new Intl.NumberFormat("en-US", { style: "percent", maximumFractionDigits: 0 })
const dated = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "long", timeZone: "UTC" })

/** `2999959` as `2,999,959`. */
export const count = (value: number): string => whole.format(value)

const words = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"]

/** `4.8` as `five`; above ten as a figure. */
export const inWords = (value: number): string => words[Math.round(value)] ?? count(value)

/** `1` and `flight` as `1 flight`, `2` as `2 flights`. */
export const several = (value: number, noun: string): string => `${count(value)} ${noun}${value === 1 ? "" : "s"}`

/** `-3.14159` as `−3.1`, with a minus sign as wide as the digits. */
export const tenth = (value: number): string => tenths.format(value).replace("-", "−")

/** A delay in minutes as words: `9.3 min late`, `1.2 min early`. */
export const lateness = (minutes: number): string =>
  `${tenths.format(Math.abs(minutes))} min ${tenths.format(minutes).startsWith("-") ? "early" : "late"}`

/** `940` minutes as `15 h 40 min`. */
export const duration = (minutes: number): string =>
  minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`

/** A share from 0 to 1 as `26%`. */
export const share = (value: number): string => percent.format(value)

/** `2001-04-06` as `6 April`; all days are of one year. */
export const day = (date: string): string => dated.format(new Date(`${date}T00:00:00Z`))
