import type { Call, Definition } from "./Case.ts"

/** What keeps the steps of a call in the process of the runner when the runner runs cases over processes. */
const REASONS = {
  raise_on_error: "the error that a body fails with stays in its process, so it cannot be what the call raises",
  input_values: "values that a call gives do not reach other processes",
  materialize_to_memory: "it keeps values in memory",
  interrupt: "how far the steps beside it have come when a body interrupts the run depends on the processes",
  mark_canceling: "only the process that carries a run takes requests to cancel it from a body",
  execution: "the run config names the executor"
} as const

const mentions = (value: unknown, statement: string): boolean =>
  Array.isArray(value)
    ? value.some((one) => mentions(one, statement))
    : typeof value === "object" &&
      value !== null &&
      (("do" in value && value.do === statement) || Object.values(value).some((one) => mentions(one, statement)))

/** Calls that run steps. */
const RUNS: ReadonlySet<string> = new Set([
  "execute_in_process",
  "execute_job",
  "reexecute",
  "materialize",
  "materialize_to_memory"
])

/** Whether a call runs steps. */
export const runsSteps = (call: Call): boolean => RUNS.has(call.call)

/** Whether the record is of steps in one process. */
export const isRecordedHere = ({ call }: Call, { asset_job: ofAssets, job }: Definition): boolean =>
  (call !== "execute_job" && call !== "reexecute") || (job ?? ofAssets)?.executor?.kind === "in_process"

/**
 * Tells why the steps of a call cannot run over processes.
 *
 * @returns the word of the case format and the reason, or `undefined` if they can
 */
export const staysHere = (
  call: Call,
  definition: Definition
): { readonly word: string; readonly reason: string } | undefined => {
  const words: { readonly [Word in keyof typeof REASONS]: boolean } = {
    raise_on_error: call.raise_on_error === true,
    input_values: call.input_values !== undefined,
    materialize_to_memory: call.call === "materialize_to_memory",
    interrupt: isRecordedHere(call, definition) && mentions(definition.ops, "interrupt"),
    mark_canceling: mentions(definition.ops, "mark_canceling") || mentions(definition.assets, "mark_canceling"),
    execution: typeof call.run_config === "object" && call.run_config !== null && "execution" in call.run_config
  }
  for (const [word, reason] of Object.entries(REASONS)) if (words[word as keyof typeof words]) return { word, reason }
  return undefined
}

const stayed = new Map<string, { readonly reason: string; calls: number }>()

/** Counts a call whose steps stay in the process of the runner. */
export const countStayed = ({ reason, word }: { readonly word: string; readonly reason: string }): void => {
  const counted = stayed.get(word)
  if (counted === undefined) stayed.set(word, { reason, calls: 1 })
  else counted.calls += 1
}

/** Tells how many calls ran in the process of the runner, and why. */
export const stayedLines = (): ReadonlyArray<string> =>
  Array.from(
    stayed,
    ([word, { calls, reason }]) =>
      `${calls} ${calls === 1 ? "call" : "calls"} with ${word} ran in one process: ${reason}`
  )
