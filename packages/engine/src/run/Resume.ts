import type { HeddleEvent } from "@heddle/events/HeddleEvent"
import type { KnownStep } from "@heddle/events/KnownStep"

/** What one attempt of a step has given so far. */
interface Given {
  readonly outputs: Array<string>
  readonly keys: Map<string, Array<string>>
}

/**
 * Reads from a run's log what need not be executed again.
 *
 * @since 0.1.0
 * @source Dagster KnownExecutionState.build_for_reexecution
 */
export const Resume = {
  /**
   * The steps that a run has brought to success, or skipped, with those that it took over from its own ancestors.
   *
   * @param runId - id of the run
   * @param events - its log from the start, in order
   * @param before - what it took over itself
   * @returns the known steps, each once
   */
  knownSteps: (
    runId: string,
    events: Iterable<HeddleEvent>,
    before: ReadonlyArray<KnownStep> = []
  ): ReadonlyArray<KnownStep> => {
    const known = new Map(before.map((step) => [step.stepKey, step]))
    const attempts = new Map<string, Given>()
    for (const event of events) {
      switch (event._tag) {
        case "STEP_START":
        case "STEP_RESTARTED":
          // What an earlier attempt gave is not what the last one gave.
          attempts.set(event.stepKey, { outputs: [], keys: new Map() })
          break
        case "STEP_OUTPUT": {
          const given = attempts.get(event.stepKey)
          if (given === undefined || event.typeCheck?.passed === false) break
          const mappingKey = event.mappingKeys?.at(-1)
          if (mappingKey === undefined) {
            given.outputs.push(event.output)
          } else {
            const keys = given.keys.get(event.output)
            if (keys === undefined) given.keys.set(event.output, [mappingKey])
            else keys.push(mappingKey)
          }
          break
        }
        case "STEP_SUCCESS": {
          const given = attempts.get(event.stepKey)
          attempts.delete(event.stepKey)
          known.set(event.stepKey, {
            stepKey: event.stepKey,
            runId,
            outcome: "success",
            outputs: given?.outputs ?? [],
            ...(given === undefined || given.keys.size === 0 ? {} : { keys: Object.fromEntries(given.keys) })
          })
          break
        }
        case "STEP_FAILURE":
          attempts.delete(event.stepKey)
          break
        case "STEP_SKIPPED":
          known.set(event.stepKey, { stepKey: event.stepKey, runId, outcome: "skipped", outputs: [] })
          break
        default:
      }
    }
    return [...known.values()]
  }
}
