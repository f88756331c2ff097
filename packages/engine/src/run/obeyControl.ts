import type { ErrorInfo } from "@heddle/events/ErrorInfo"
import { EventId } from "@heddle/events/EventId"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import type { RunMachine } from "../machine/RunMachine.ts"
import { RUN_ABORTED } from "./LostRun.ts"
import type { RunControl } from "./RunControl.ts"
import type { RunInbox } from "./RunInbox.ts"
import type { RunWriter } from "./RunWriter.ts"

/** Running steps that are named when a run is aborted. */
const SUSPECTS = 10

/** The error of a run that was aborted, with the steps that were running. */
const abortError = ({ runningAttempts }: RunMachine, { cause, message }: ErrorInfo): ErrorInfo => {
  const running = runningAttempts.map(({ stepKey }) => `"${stepKey}"`)
  const suspects =
    running.length === 0
      ? ""
      : `. Steps that were running: ${running.slice(0, SUSPECTS).join(", ")}${running.length > SUSPECTS ? ", …" : ""}`
  return { name: RUN_ABORTED, message: `${message}${suspects}`, ...(cause === undefined ? {} : { cause }) }
}

/**
 * Lets a control cancel, interrupt and abort a run until the scope closes.
 *
 * @param control - asks for it
 * @param machine - what the engine knows of the run
 * @param inbox - takes what the control asks for
 * @param writer - writes the end of an aborted run before the control returns
 */
export const obeyControl = (
  control: RunControl,
  machine: RunMachine,
  inbox: RunInbox,
  writer: RunWriter
): Effect.Effect<void, never, Scope.Scope> =>
  Effect.suspend(() => {
    control.listenInterrupt((reason) =>
      inbox.add({ _tag: "ENGINE_EVENT", id: `${EventId.ofRun(0)}~interrupt`, message: reason, interrupted: true })
    )
    control.listen((reason) =>
      inbox.add({
        _tag: "RUN_CANCELING",
        id: `${EventId.ofRun(0)}~cancel`,
        ...(reason === undefined ? {} : { reason })
      })
    )
    control.listenAbort((error) => {
      if (machine.isEnded) return
      // All of it is stored now, for there may be no later.
      writer.writeAtOnce(
        inbox.stamp({
          _tag: "RUN_FAILURE",
          id: `${EventId.ofRun(0)}~end`,
          reason: "UNEXPECTED_TERMINATION",
          failedSteps: machine.failedSteps,
          error: abortError(machine, error)
        })
      )
    })
    return Effect.addFinalizer(() => Effect.sync(() => control.listenAbort(undefined)))
  })
