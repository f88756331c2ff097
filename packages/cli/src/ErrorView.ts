import type { ErrorInfo } from "@heddle/events/ErrorInfo"
import { sep } from "node:path"
import { fileURLToPath } from "node:url"
import { Paint } from "./Paint.ts"
import { PlainText } from "./PlainText.ts"

/** How an error is shown. */
export interface ErrorViewOptions {
  readonly paint?: Paint | undefined
  /** `short` leaves out the frames of Node and of installed packages; `none` shows no frames at all. */
  readonly stack: "none" | "short" | "full"
}

const SHORT_FRAMES = 5

/** The packages of Heddle where they are not installed: beside this one. */
const BESIDE = fileURLToPath(new URL("../../", import.meta.url))
const BESIDE_SOURCE = /^[\w-]+[\\/](src|dist)[\\/]/

const isForeign = (frame: string): boolean => {
  if (/node:|[\\/]node_modules[\\/]/.test(frame)) return true
  const at = frame.indexOf(BESIDE)
  return at !== -1 && BESIDE_SOURCE.test(frame.slice(at + BESIDE.length))
}

const readable = (frame: string): string =>
  frame.replace(/file:\/\/[^\s)]+?(?=:\d+:\d+)/, (url) => {
    try {
      return fileURLToPath(url)
    } catch {
      return url
    }
  })

/** Paths below the working directory are shown from there. */
const nearby = (frame: string): string => frame.replace(`${process.cwd()}${sep}`, "")

/** The frames of a stack, without the lines that repeat the message. */
const frames = (stack: string): ReadonlyArray<string> =>
  stack
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line.startsWith("at "))
    .map((line) => PlainText.oneLine(readable(line)))

const shortened = (all: ReadonlyArray<string>): ReadonlyArray<string> => {
  const own = all.filter((frame) => !isForeign(frame))
  const kept = own.length > 0 ? own.slice(0, SHORT_FRAMES) : all.slice(0, 2)
  const left = all.length - kept.length
  return left === 0 ? kept : [...kept, `… ${PlainText.count(left, "more frame")}`]
}

/** Lists one error at a place, then the errors inside it, then what caused it. */
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
 * A stored error for people: what was thrown, where, the errors inside it, and what caused it.
 *
 * @since 0.1.0
 */
export const ErrorView = {
  /**
   * Lists an error with the errors inside it and its chain of causes, each indented by one more level.
   *
   * @param error - the stored error
   * @param options - colours, and how much of the stack
   */
  lines: (error: ErrorInfo, options: ErrorViewOptions): ReadonlyArray<string> => listAt(error, "", "", options)
}
