import type { ErrorInfo } from "@heddle/events/ErrorInfo"
import { sep } from "node:path"
import { fileURLToPath } from "node:url"
import { Paint } from "./Paint.ts"
import { PlainText } from "./PlainText.ts"

/** Options for printing an error. */
export interface ErrorViewOptions {
  readonly paint?: Paint | undefined
  /** `short` omits frames of Node and of installed packages, and all frames of errors of Heddle; `none` omits all. */
  readonly stack: "none" | "short" | "full"
}

const SHORT_FRAMES = 5

/** Where the Heddle packages are when they run from the repository. */
const BESIDE = fileURLToPath(new URL("../../", import.meta.url))
const BESIDE_SOURCE = /^[\w-]+[\\/](src|dist)[\\/]/

/** Whether a frame is one of Heddle, installed or in its repository. */
const isOfHeddle = (frame: string): boolean => {
  if (/[\\/]node_modules[\\/](@heddle[\\/]|heddle[\\/])/.test(frame)) return true
  const at = frame.indexOf(BESIDE)
  return at !== -1 && BESIDE_SOURCE.test(frame.slice(at + BESIDE.length))
}

const isForeign = (frame: string): boolean =>
  /node:|[\\/]node_modules[\\/]|<anonymous>\)?$/.test(frame) || isOfHeddle(frame)

const readable = (frame: string): string =>
  frame.replace(/file:\/\/[^\s)]+?(?=:\d+:\d+)/, (url) => {
    try {
      return fileURLToPath(url)
    } catch {
      return url
    }
  })

/** Makes paths inside the working directory relative to it. */
const nearby = (frame: string): string => frame.replace(`${process.cwd()}${sep}`, "")

/** The frames of a stack, without the message at its top. */
const frames = (stack: string): ReadonlyArray<string> =>
  stack
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line.startsWith("at "))
    .map((line) => PlainText.oneLine(readable(line)))

const shortened = (all: ReadonlyArray<string>): ReadonlyArray<string> => {
  const own = all.filter((frame) => !isForeign(frame))
  // An error that Heddle made itself says all in its message.
  const first = all.find((frame) => !frame.includes("<anonymous>"))
  if (own.length === 0 && first !== undefined && isOfHeddle(first)) return []
  const kept = own.length > 0 ? own.slice(0, SHORT_FRAMES) : all.slice(0, 2)
  const left = all.length - kept.length
  return left === 0 ? kept : [...kept, `… ${PlainText.count(left, "more frame")}`]
}

/** Prints one error, then the errors it contains, then its cause. */
const listAt = (
  error: ErrorInfo,
  lead: string,
  indent: string,
  { paint = Paint.plain, stack }: ErrorViewOptions
): ReadonlyArray<string> => {
  const [first = "", ...rest] = PlainText.lines(error.message).split("\n")
  const name = PlainText.oneLine(error.name)
  const head = first === "" || first === name ? name : `${name}: ${first}`
  const lines = [lead === "" ? paint("red", head) : `${lead} ${head}`]
  for (const line of rest) lines.push(`${indent}  ${line}`)
  if (stack !== "none" && error.stack !== undefined) {
    const all = frames(error.stack)
    for (const frame of stack === "full" ? all : shortened(all)) {
      lines.push(paint("dim", `${indent}  ${nearby(frame)}`))
    }
  }
  const { cause, errors = [], moreErrors = 0 } = error
  const count = errors.length + moreErrors
  for (const [i, inner] of errors.entries()) {
    const place = `${indent}  ${paint("dim", `${i + 1} of ${count}:`)}`
    lines.push(...listAt(inner, place, `${indent}    `, { paint, stack }))
  }
  if (moreErrors > 0) lines.push(paint("dim", `${indent}  … ${PlainText.count(moreErrors, "more error")}`))
  if (cause !== undefined) {
    const place = `${indent}${paint("dim", "caused by")}`
    lines.push(...listAt(cause, place, `${indent}  `, { paint, stack }))
  }
  return lines
}

/**
 * Prints stored errors: message, stack, contained errors and causes.
 *
 * @since 0.1.0
 */
export const ErrorView = {
  /**
   * Prints an error with the errors it contains and its chain of causes, indented by level.
   *
   * @param error - the stored error
   * @param options - colours and stack detail
   */
  lines: (error: ErrorInfo, options: ErrorViewOptions): ReadonlyArray<string> => listAt(error, "", "", options)
}
