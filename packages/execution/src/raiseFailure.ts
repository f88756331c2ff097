import type { InputNotRead } from "@heddle/definitions/InputNotRead"
import type { InvalidMappingKey } from "@heddle/definitions/InvalidMappingKey"
import type { InputNotLoaded } from "@heddle/definitions/InputNotLoaded"
import type { OutputError } from "@heddle/definitions/OutputError"
import type { OutputMissing } from "@heddle/definitions/OutputMissing"
import type { OutputNotStored } from "@heddle/definitions/OutputNotStored"
import type { TypeCheckFailed } from "@heddle/definitions/TypeCheckFailed"
import type { TypeCheckRaised } from "@heddle/definitions/TypeCheckRaised"
import type { ResourceFailed } from "@heddle/engine/step/ResourceFailed"
import { HeddleEvent } from "@heddle/events/HeddleEvent"
import * as Effect from "effect/Effect"
import type { RunCapture } from "./RunCapture.ts"
import { MaxRetriesExceeded } from "./MaxRetriesExceeded.ts"
import { RunFailed } from "./RunFailed.ts"

/** What a call with `raiseOnError` fails with beside the errors of bodies. */
export type RaisedError<E> =
  | MaxRetriesExceeded<E>
  | TypeCheckFailed
  | TypeCheckRaised
  | InputNotLoaded
  | OutputNotStored
  | OutputError
  | OutputMissing
  | InvalidMappingKey
  | InputNotRead
  | ResourceFailed
  | RunFailed

const isTagged = (error: unknown): boolean => {
  try {
    return typeof error === "object" && error !== null && "_tag" in error && typeof error._tag === "string"
  } catch {
    return false
  }
}

/** What the failure of a run is raised from: the original errors of its bodies, and the events of its failures. */
export interface RaisedRun {
  readonly runId: string
  readonly capture: RunCapture
  readonly events: ReadonlyArray<HeddleEvent>
}

/**
 * Makes the first failure of a run the failure of the call that made it.
 *
 * @param executed - a run that did not succeed
 * @returns nothing; fails with the original error of the body, with `MaxRetriesExceeded` around it where it
 *   was tried again, with the tagged error that ended a step or kept a
 *   resource from starting, or with `RunFailed`; dies of what a body threw
 * @since 0.1.0
 * @source Dagster raise_on_error
 */
export const raiseFailure = ({ capture, events, runId }: RaisedRun): Effect.Effect<never, unknown> => {
  const { first } = capture
  if (first !== undefined && first.kind !== "interrupted") {
    const told = events.filter(HeddleEvent.isStepFailure).find(({ stepKey }) => stepKey === first.stepKey)?.error
    if (told?.name === "RetriesExhausted") {
      const { message } = told
      return Effect.fail(
        new MaxRetriesExceeded({
          stepKey: first.stepKey,
          message: `Step "${first.stepKey}": ${message}`,
          cause: first.error
        })
      )
    }
    return first.kind === "failure" || isTagged(first.error) ? Effect.fail(first.error) : Effect.die(first.error)
  }
  if (capture.resourceFailed !== undefined) return Effect.fail(capture.resourceFailed)
  const end = events.find(HeddleEvent.isRunFailure)
  return Effect.fail(
    end === undefined
      ? new RunFailed({ runId, reason: "CANCELED" })
      : new RunFailed({ runId, reason: end.reason, ...(end.error === undefined ? {} : { error: end.error }) })
  )
}
