import type { BodyOutput } from "@heddle/definitions/BodyOutputs"
import { CheckResult } from "@heddle/definitions/CheckResult"
import { ObserveResult } from "@heddle/definitions/ObserveResult"
import { OutputNotStored } from "@heddle/definitions/OutputNotStored"
import type { TypeCheckContext } from "@heddle/definitions/TypeCheckContext"
import { ValueCheck } from "@heddle/definitions/ValueCheck"
import * as Effect from "effect/Effect"
import { AtOnce } from "./AtOnce.ts"
import { type StepPlace, StoredValue } from "./ioContexts.ts"
import { ioFailure } from "./ioFailure.ts"
import type { StepAssets } from "./StepAssets.ts"
import { RangeOutput } from "./RangeOutput.ts"
import type { NamedIOManager } from "./StepInputs.ts"

/**
 * Takes one value that a body returned: checks it, records `STEP_OUTPUT`, stores it, and records `HANDLED_OUTPUT`. Of an
 * asset it records the materialization or observation too, and of a check what it found.
 *
 * It begins at once.
 *
 * @returns what is left of it; fails with `OutputNotStored`, or dies with `TypeCheckFailed`
 * @throws `TypeCheckRaised` or `OutputError`
 */
export const storeOutput = (
  place: StepPlace,
  given: BodyOutput,
  io: NamedIOManager,
  check: TypeCheckContext,
  assets: StepAssets | undefined
): Effect.Effect<void, unknown> => {
  const { events, request } = place
  const { key, metadata: said, output, value } = given
  if (assets !== undefined && output.check !== undefined) {
    const found = CheckResult.read(value, output.name, request.stepKey)
    events.emit("STEP_OUTPUT", { output: output.name })
    assets.evaluated(output.check, found)
    return Effect.void
  }
  const range = assets === undefined ? undefined : RangeOutput.of(place, given)
  if (assets !== undefined && range !== undefined) return storeRange(place, given, range, io, check, assets)
  const mapping = key === undefined ? {} : { mappingKeys: [...(request.mappingKeys ?? []), key] }
  const subject = `output "${output.name}" of step "${request.stepKey}"`
  const outcome = given.isValueless === true ? undefined : ValueCheck.of(output.schema)(value, check, subject)
  events.emit("STEP_OUTPUT", {
    output: output.name,
    ...mapping,
    ...(outcome === undefined ? {} : { typeCheck: outcome }),
    ...(said === undefined ? {} : { metadata: said })
  })
  if (outcome?.passed === false) return Effect.die(ValueCheck.error(subject, outcome))
  if (assets !== undefined && output.asset?.kind === "observation") {
    assets.observed(output.asset, ObserveResult.read(value, output.name, request.stepKey))
    return Effect.void
  }
  if (given.isValueless === true || ValueCheck.isNothing(output.schema)) {
    if (output.asset !== undefined) assets?.materialized(output.asset, given, undefined)
    return Effect.void
  }
  const context = new StoredValue(place, given)
  const stored = io.manager
    .handleOutput(context, value)
    .pipe(
      ioFailure(
        (cause) => new OutputNotStored({ stepKey: request.stepKey, output: output.name, ioManager: io.name, cause })
      )
    )
  return AtOnce.andThen(stored, () => {
    if (output.asset !== undefined) assets?.materialized(output.asset, given, context.said.metadata)
    events.emit("HANDLED_OUTPUT", {
      output: output.name,
      ...mapping,
      ioManager: io.name,
      ...context.said
    })
    return Effect.void
  })
}

/** Takes the values of an asset that is made by ranges: each is checked and stored, and each partition is materialized. */
const storeRange = (
  { events, request }: StepPlace,
  given: BodyOutput,
  range: RangeOutput,
  io: NamedIOManager,
  check: TypeCheckContext,
  assets: StepAssets
): Effect.Effect<void, unknown> => {
  const { metadata: said, output } = given
  const checked = range.check(check)
  events.emit("STEP_OUTPUT", {
    output: output.name,
    ...(checked?.outcome === undefined ? {} : { typeCheck: checked.outcome }),
    ...(said === undefined ? {} : { metadata: said })
  })
  if (checked?.outcome?.passed === false) return Effect.die(ValueCheck.error(checked.subject, checked.outcome))
  const stored = range
    .store(io)
    .pipe(
      ioFailure(
        (cause) => new OutputNotStored({ stepKey: request.stepKey, output: output.name, ioManager: io.name, cause })
      )
    )
  return Effect.map(stored, (metadata) => {
    for (const key of range.keys) assets.materialized(output.asset!, given, metadata.get(key), key)
    if (metadata.size === 0) return
    const ofAll = metadata.get(undefined)
    events.emit("HANDLED_OUTPUT", {
      output: output.name,
      ioManager: io.name,
      ...(ofAll === undefined ? {} : { metadata: ofAll })
    })
  })
}
