import type { AssetVersion } from "@heddle/events/AssetVersion"
import type { Source } from "../plan/ExecutionPlan.ts"
import type { InputRequest, StepRequest } from "../wire/StepRequest.ts"
import { fate, fateOf } from "./decide.ts"
import type { Place } from "./Place.ts"
import type { RunState } from "./RunState.ts"
import type { StepState } from "./StepState.ts"

/** What an executor is sent of an attempt: which step, and where its inputs are. */
export const stepRequest = (run: RunState, step: StepState): StepRequest => {
  const { attempt, key: stepKey, place, planned } = step
  const { assets, nodePath, retry } = planned
  const inputs = planned.inputs.map(({ name, source }) => ({ name, from: inputOf(run, source, place) }))
  const request: StepRequest = { stepKey, nodePath, attempt, inputs }
  // Most steps have nothing more to say.
  if (place.depth === 0 && retry === undefined && assets === undefined) return request
  return {
    ...request,
    ...(place.depth === 0 ? {} : { mappingKeys: place.keys }),
    ...(retry === undefined ? {} : { retry }),
    ...(assets === undefined ? {} : { assets: knownAssets(run, assets) })
  }
}

/** What is known of assets. */
const knownAssets = (run: RunState, keys: ReadonlyArray<string>): NonNullable<StepRequest["assets"]> => {
  const assets: Record<string, AssetVersion> = {}
  for (const key of keys) {
    const version = run.assets.get(key)
    if (version !== undefined) assets[key] = version
  }
  return assets
}

/** A value by the step that gave it, and the run where that is an ancestor. */
const valueOf = ({ key: stepKey, runId }: StepState, output: string, mappingKey?: string): InputRequest => {
  const ref = mappingKey === undefined ? { stepKey, output } : { stepKey, output, mappingKeys: [mappingKey] }
  return { _tag: "Value", ref: runId === undefined ? ref : { ...ref, runId } }
}

const inputOf = (run: RunState, source: Source, place: Place): InputRequest => {
  switch (source._tag) {
    case "JobInput":
    case "Config":
    case "Asset":
      return source
    case "Output":
      return valueOf(run.at(place, source.step)!, source.output)
    case "Each":
      return valueOf(run.at(place, source.step)!, source.output, place.keys[run.index.depth[source.step]!])
    case "Many":
      return {
        _tag: "List",
        items: source.sources
          .filter((inner) => fate(run, inner, place) === "there")
          .map((inner) => inputOf(run, inner, place))
      }
    case "Collect": {
      const { output } = source
      if (run.planned(source.step).mappedOver === undefined) {
        const step = run.at(place, source.step)!
        return { _tag: "List", items: step.keysOf(output).map((key) => valueOf(step, output, key)) }
      }
      const items = run
        .fanAround(place, source.step)!
        .copies.filter((copy) => fateOf(copy, output) === "there")
        .map((copy) => valueOf(copy, output))
      return { _tag: "List", items }
    }
  }
}
