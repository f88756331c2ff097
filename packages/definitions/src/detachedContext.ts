import * as Schema from "effect/Schema"
import { type InputContext, type OutputContext, ValueAddress } from "./IOManager.ts"
import { IOPartitions, type IOPartitionsOptions } from "./IOPartitions.ts"
import type { OpLogger } from "./OpExecutionContext.ts"

/** What a context says; the partitions that are left out follow from those that are given. */
type DetachedOptions<C> = Partial<Omit<C, keyof IOPartitions>> & IOPartitionsOptions

const NOTHING = (): void => {}
const silent: OpLogger = {
  log: NOTHING,
  debug: NOTHING,
  info: NOTHING,
  warning: NOTHING,
  error: NOTHING,
  critical: NOTHING
}
const PLACE = { runId: "EPHEMERAL", jobName: "EPHEMERAL", opName: "EPHEMERAL", stepKey: "EPHEMERAL" }

/**
 * The context of a value that is stored outside of a run: what is told or added through it goes nowhere.
 *
 * @param options - what it says; what is left out stands for nothing in particular
 * @since 0.1.0
 */
export const detachedOutputContext = (options: DetachedOptions<OutputContext> = {}): OutputContext => {
  const place = { ...PLACE, output: "result", ...options }
  const address = options.address ?? ValueAddress.ofStep(place)
  const context = {
    tags: {},
    outputMetadata: {},
    attempt: 1,
    schema: Schema.Unknown,
    log: silent,
    addMetadata: NOTHING,
    logEvent: NOTHING,
    ...place,
    address
  }
  return IOPartitions.addTo(context, options, ValueAddress.isAsset(address) ? address : undefined)
}

/**
 * The context of a value that is loaded outside of a run: what is told or added through it goes nowhere.
 *
 * @param options - what it says, such as `upstream`, where the value was stored; what is left out stands for nothing in
 *   particular
 * @since 0.1.0
 */
export const detachedInputContext = (options: DetachedOptions<InputContext> = {}): InputContext => {
  const upstream = options.upstream ?? { runId: PLACE.runId, stepKey: PLACE.stepKey, output: "result" }
  const context = {
    ...PLACE,
    input: "input",
    tags: {},
    config: undefined,
    upstreamStep: undefined,
    schema: Schema.Unknown,
    log: silent,
    addMetadata: NOTHING,
    ...options,
    upstream
  }
  return IOPartitions.addTo(context, options, ValueAddress.isAsset(upstream) ? upstream : undefined)
}
