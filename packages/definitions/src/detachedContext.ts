import * as Schema from "effect/Schema"
import { type InputContext, type OutputContext, ValueAddress } from "./IOManager.ts"
import type { OpLogger } from "./OpExecutionContext.ts"

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
export const detachedOutputContext = (options: Partial<OutputContext> = {}): OutputContext => {
  const place = { ...PLACE, output: "result", ...options }
  return {
    address: ValueAddress.ofStep(place),
    tags: {},
    outputMetadata: {},
    attempt: 1,
    schema: Schema.Unknown,
    log: silent,
    addMetadata: NOTHING,
    logEvent: NOTHING,
    ...place
  }
}

/**
 * The context of a value that is loaded outside of a run: what is told or added through it goes nowhere.
 *
 * @param options - what it says, such as `upstream`, where the value was stored; what is left out stands for nothing in
 *   particular
 * @since 0.1.0
 */
export const detachedInputContext = (options: Partial<InputContext> = {}): InputContext => ({
  ...PLACE,
  input: "input",
  tags: {},
  config: undefined,
  upstream: { runId: PLACE.runId, stepKey: PLACE.stepKey, output: "result" },
  upstreamStep: undefined,
  schema: Schema.Unknown,
  log: silent,
  addMetadata: NOTHING,
  ...options
})
