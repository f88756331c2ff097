import type { StepObserver } from "@heddle/engine/step/StepRunner"
import type { ExecutionPlan, Source } from "@heddle/engine/plan/ExecutionPlan"
import type { RunFailure } from "./ExecuteInProcessResult.ts"

/** Values of one output: the one of a plain output, or those of a dynamic one by mapping key. */
interface Captured {
  value: unknown
  readonly byKey: Map<string, unknown>
}

/**
 * Keeps the values and errors of a run as they are, so that its result can give them; the log holds only events.
 */
export class RunCapture implements StepObserver {
  readonly failures: Array<RunFailure<unknown>> = []
  readonly #outputs = new Map<string, Map<string, Captured>>()
  /** Keys of the copies of mapped steps by node path, in the order in which they first gave something. */
  readonly #copies = new Map<string, Array<string>>()

  output(stepKey: string, output: string, mappingKey: string | undefined, value: unknown): void {
    let outputs = this.#outputs.get(stepKey)
    if (outputs === undefined) {
      this.#outputs.set(stepKey, (outputs = new Map()))
      const bracket = stepKey.indexOf("[")
      if (bracket !== -1) {
        const nodePath = stepKey.slice(0, bracket)
        const copies = this.#copies.get(nodePath)
        if (copies === undefined) this.#copies.set(nodePath, [stepKey])
        else copies.push(stepKey)
      }
    }
    let captured = outputs.get(output)
    if (captured === undefined) outputs.set(output, (captured = { value: undefined, byKey: new Map() }))
    if (mappingKey === undefined) captured.value = value
    else captured.byKey.set(mappingKey, value)
  }

  failure: StepObserver["failure"] = (stepKey, { error, kind }) => {
    this.failures.push({ stepKey, error: kind === "failure" ? error : kind })
  }

  /** Forgets what an earlier attempt of a step gave. */
  restart(stepKey: string): void {
    this.#outputs.get(stepKey)?.clear()
  }

  /** The value of an output of the job. */
  valueOf(plan: ExecutionPlan, source: Source, given: (input: string) => unknown): unknown {
    switch (source._tag) {
      case "JobInput":
        return given(source.input)
      case "Config":
        return undefined
      case "Many":
        return source.sources.map((inner) => this.valueOf(plan, inner, given))
      case "Output":
      case "Each": {
        const { key, mappedOver, nodePath } = plan.steps[source.step]!
        if (mappedOver === undefined) {
          const captured = this.#outputs.get(key)?.get(source.output)
          return captured === undefined || captured.byKey.size === 0 ? captured?.value : captured.byKey
        }
        return new Map(
          (this.#copies.get(nodePath) ?? []).map((stepKey) => [
            stepKey.slice(stepKey.indexOf("[") + 1, -1),
            this.#outputs.get(stepKey)?.get(source.output)?.value
          ])
        )
      }
      case "Collect": {
        const { key, mappedOver, nodePath } = plan.steps[source.step]!
        if (mappedOver === undefined) return [...(this.#outputs.get(key)?.get(source.output)?.byKey.values() ?? [])]
        const over = plan.steps[mappedOver.step]!
        const keys = [...(this.#outputs.get(over.key)?.get(mappedOver.output)?.byKey.keys() ?? [])]
        return keys.flatMap((mappingKey) => {
          const outputs = this.#outputs.get(`${nodePath}[${mappingKey}]`)
          const captured = outputs?.get(source.output)
          return captured === undefined ? [] : [captured.value]
        })
      }
    }
  }
}
