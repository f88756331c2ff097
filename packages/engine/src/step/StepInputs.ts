import type { InputDefinition } from "@heddle/definitions/OpDefinition"
import type { IOManagerShape, ValueAddress } from "@heddle/definitions/IOManager"
import { TypeCheckFailed } from "@heddle/definitions/TypeCheckFailed"
import { ValueCheck } from "@heddle/definitions/ValueCheck"
import { type MetadataInput, MetadataValue } from "@heddle/events/MetadataValue"
import { StepKey } from "@heddle/events/StepKey"
import * as Effect from "effect/Effect"
import type { InputRequest, RunRequest, StepRequest, ValueRef } from "../wire/StepRequest.ts"
import type { StepEvents } from "./StepEvents.ts"
import { type StepEntry, StepTable } from "./StepTable.ts"

/** Where values come from that no step of the run has given. */
export interface GivenValues {
  readonly jobInput: (input: string) => unknown
  readonly config: (node: ReadonlyArray<string>, input: string) => unknown
}

/** The IO manager of an output, with the name under which events tell of it. */
export interface NamedIOManager {
  readonly name: string
  readonly manager: IOManagerShape
}

/** What loading inputs needs of the run. */
export interface InputSources {
  readonly run: RunRequest
  readonly table: StepTable
  readonly given: GivenValues
  readonly ioManager: (nodePath: string, output: string) => NamedIOManager
}

const addressOf = (ref: ValueRef, runId: string): ValueAddress => ({
  runId: ref.runId ?? runId,
  stepKey: ref.stepKey,
  output: ref.output,
  ...(ref.mappingKey === undefined ? {} : { mappingKey: ref.mappingKey })
})

/**
 * Loads the inputs of one attempt in the order of the request, which is that of their names, all of them before the first is checked; then checks them.
 *
 * A value that an output of the very same schema gave was checked there, and is not checked again.
 *
 * @returns the values by name; fails with what an IO manager failed with, or dies with `TypeCheckFailed`
 */
export const loadInputs = Effect.fnUntraced(function* (
  sources: InputSources,
  { op }: StepEntry,
  request: StepRequest,
  events: StepEvents
) {
  const values: Record<string, unknown> = {}
  const checks: Array<readonly [InputDefinition, checked: boolean]> = []
  for (const { from, name } of request.inputs) {
    const definition = op.inputs.find((input) => input.name === name)!
    if (ValueCheck.isNothing(definition.schema)) continue
    values[name] = yield* load(sources, definition, request, events, from)
    const checked =
      from._tag === "Value" &&
      StepTable.output(sources.table, StepKey.nodePath(from.ref.stepKey), from.ref.output)?.schema === definition.schema
    checks.push([definition, checked])
  }
  for (const [{ name, schema }, checked] of checks) {
    const description = checked ? undefined : ValueCheck.of(schema)(values[name])
    if (description === undefined) {
      events.emit("STEP_INPUT", { input: name })
    } else {
      events.emit("STEP_INPUT", { input: name, typeCheck: { passed: false, description } })
      return yield* Effect.die(
        new TypeCheckFailed({ subject: `input "${name}" of step "${request.stepKey}"`, description })
      )
    }
  }
  return values
})

const load = (
  sources: InputSources,
  input: InputDefinition,
  request: StepRequest,
  events: StepEvents,
  from: InputRequest
): Effect.Effect<unknown, unknown> => {
  switch (from._tag) {
    case "JobInput":
      return Effect.sync(() => sources.given.jobInput(from.input))
    case "Config":
      return Effect.sync(() => sources.given.config(from.node, from.input))
    case "List":
      return Effect.forEach(from.items, (item) => load(sources, input, request, events, item))
    case "Value": {
      const { ref } = from
      const nodePath = StepKey.nodePath(ref.stepKey)
      const { manager, name } = sources.ioManager(nodePath, ref.output)
      const schema = StepTable.output(sources.table, nodePath, ref.output)?.schema ?? input.schema
      let metadata: { readonly [name: string]: MetadataValue } | undefined
      return Effect.map(
        manager.loadInput({
          input: input.name,
          stepKey: request.stepKey,
          runId: sources.run.runId,
          upstream: addressOf(ref, sources.run.runId),
          schema,
          addMetadata: (added: { readonly [name: string]: MetadataInput }) => {
            metadata = { ...metadata, ...MetadataValue.fromRecord(added) }
          }
        }),
        (value) => {
          events.emit("LOADED_INPUT", {
            input: input.name,
            ioManager: name,
            upstreamStepKey: ref.stepKey,
            upstreamOutput: ref.output,
            ...(metadata === undefined ? {} : { metadata })
          })
          return value
        }
      )
    }
  }
}
