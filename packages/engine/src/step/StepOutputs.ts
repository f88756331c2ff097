import type { BodyOutput } from "@heddle/definitions/BodyOutputs"
import { OutputNotStored } from "@heddle/definitions/OutputNotStored"
import type { TypeCheckContext } from "@heddle/definitions/TypeCheckContext"
import { ValueCheck } from "@heddle/definitions/ValueCheck"
import * as Effect from "effect/Effect"
import { type StepPlace, StoredValue } from "./ioContexts.ts"
import { ioFailure } from "./ioFailure.ts"
import type { NamedIOManager } from "./StepInputs.ts"

/**
 * Takes one value that a body returned: checks it, records `STEP_OUTPUT`, stores it, and records `HANDLED_OUTPUT`.
 *
 * @returns nothing; fails with `OutputNotStored`, or dies with `TypeCheckFailed` or `TypeCheckRaised`
 */
export const storeOutput = (
  place: StepPlace,
  given: BodyOutput,
  io: NamedIOManager,
  check: TypeCheckContext
): Effect.Effect<void, unknown> =>
  Effect.suspend(() => {
    const { events, request } = place
    const { key, metadata: said, output, value } = given
    const mapping = key === undefined ? {} : { mappingKeys: [...(request.mappingKeys ?? []), key] }
    const subject = `output "${output.name}" of step "${request.stepKey}"`
    const outcome = ValueCheck.of(output.schema)(value, check, subject)
    events.emit("STEP_OUTPUT", {
      output: output.name,
      ...mapping,
      ...(outcome === undefined ? {} : { typeCheck: outcome }),
      ...(said === undefined ? {} : { metadata: said })
    })
    if (outcome?.passed === false) return Effect.die(ValueCheck.error(subject, outcome))
    if (ValueCheck.isNothing(output.schema)) return Effect.void
    const context = new StoredValue(place, given)
    const stored = io.manager
      .handleOutput(context, value)
      .pipe(
        ioFailure(
          (cause) => new OutputNotStored({ stepKey: request.stepKey, output: output.name, ioManager: io.name, cause })
        )
      )
    return Effect.map(stored, () => {
      events.emit("HANDLED_OUTPUT", {
        output: output.name,
        ...mapping,
        ioManager: io.name,
        ...context.said
      })
    })
  })
