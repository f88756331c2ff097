import type { BodyOutput } from "@heddle/definitions/BodyOutputs"
import { TypeCheckFailed } from "@heddle/definitions/TypeCheckFailed"
import { ValueCheck } from "@heddle/definitions/ValueCheck"
import { type MetadataInput, MetadataValue } from "@heddle/events/MetadataValue"
import * as Effect from "effect/Effect"
import type { StepRequest } from "../wire/StepRequest.ts"
import type { StepEvents } from "./StepEvents.ts"
import type { NamedIOManager } from "./StepInputs.ts"

/**
 * Takes one value that a body gave: checks it, tells of it, stores it, and tells that it is stored.
 *
 * @returns nothing; fails with what the IO manager failed with, or dies with `TypeCheckFailed`
 */
export const storeOutput = (
  runId: string,
  request: StepRequest,
  { key, output, value }: BodyOutput,
  io: NamedIOManager,
  events: StepEvents
): Effect.Effect<void, unknown> =>
  Effect.suspend(() => {
    const mapping = key === undefined ? {} : { mappingKey: key }
    const description = ValueCheck.of(output.schema)(value)
    if (description !== undefined) {
      events.emit("STEP_OUTPUT", { output: output.name, ...mapping, typeCheck: { passed: false, description } })
      const subject = `output "${output.name}" of step "${request.stepKey}"`
      return Effect.die(new TypeCheckFailed({ subject, description }))
    }
    events.emit("STEP_OUTPUT", { output: output.name, ...mapping })
    if (ValueCheck.isNothing(output.schema)) return Effect.void
    let metadata: { readonly [name: string]: MetadataValue } | undefined
    const context = {
      runId,
      stepKey: request.stepKey,
      output: output.name,
      ...mapping,
      attempt: request.attempt,
      schema: output.schema,
      addMetadata: (added: { readonly [name: string]: MetadataInput }) => {
        metadata = { ...metadata, ...MetadataValue.fromRecord(added) }
      }
    }
    return Effect.map(io.manager.handleOutput(context, value), () => {
      events.emit("HANDLED_OUTPUT", {
        output: output.name,
        ...mapping,
        ioManager: io.name,
        ...(metadata === undefined ? {} : { metadata })
      })
    })
  })
