import type { StepObserver } from "@heddle/engine/step/LocalServices"
import type { ExecutionPlan, Source } from "@heddle/engine/plan/ExecutionPlan"
import type { ResourceFailed } from "@heddle/engine/step/ResourceFailed"
import * as Option from "effect/Option"
import type { RunFailure } from "./RunFailure.ts"

/** A failed step, with the error or the thrown value. */
export interface FirstFailure {
  readonly stepKey: string
  readonly error: unknown
  readonly kind: "failure" | "defect" | "interrupted"
}

/** Values of one output: the one of a plain output, or those of a dynamic one by mapping key. */
interface Captured {
  readonly output: string
  value: unknown
  byKey: Map<string, unknown> | undefined
}

const NONE: ReadonlyMap<string, unknown> = new Map()

/**
 * Keeps the raw values and errors of a run for its result; the log only holds events.
 */
export class RunCapture implements StepObserver {
  readonly failures: Array<RunFailure<unknown>> = []
  /** The first step that failed, with its original error. */
  first: FirstFailure | undefined
  /** The resource that did not start. */
  resourceFailed: ResourceFailed | undefined
  /** Outputs by step key: few for each, so that a list is smaller than a map, and as fast. */
  readonly #outputs = new Map<string, Array<Captured>>()
  /** Keys of the copies of mapped steps by node path, in the order of their first outputs. */
  readonly #copies = new Map<string, Array<string>>()

  output(stepKey: string, output: string, mappingKey: string | undefined, value: unknown): void {
    let outputs = this.#outputs.get(stepKey)
    if (outputs === undefined) {
      this.#outputs.set(stepKey, (outputs = []))
      const bracket = stepKey.indexOf("[")
      if (bracket !== -1) {
        const nodePath = stepKey.slice(0, bracket)
        const copies = this.#copies.get(nodePath)
        if (copies === undefined) this.#copies.set(nodePath, [stepKey])
        else copies.push(stepKey)
      }
    }
    let captured = outputs.find((one) => one.output === output)
    if (captured === undefined) outputs.push((captured = { output, value: undefined, byKey: undefined }))
    if (mappingKey === undefined) captured.value = value
    else (captured.byKey ??= new Map()).set(mappingKey, value)
  }

  failure: StepObserver["failure"] = (stepKey, { error, kind }) => {
    this.first ??= { stepKey, error, kind }
    this.failures.push({ stepKey, error: kind === "failure" ? error : kind })
  }

  resource(failed: ResourceFailed): void {
    this.resourceFailed ??= failed
  }

  /** Values of an earlier attempt do not count for this one. */
  restart(stepKey: string): void {
    const outputs = this.#outputs.get(stepKey)
    if (outputs !== undefined) outputs.length = 0
  }

  #captured(stepKey: string, output: string): Captured | undefined {
    return this.#outputs.get(stepKey)?.find((one) => one.output === output)
  }

  /** The value of an output of the job; `undefined` if it was not given. */
  valueOf(plan: ExecutionPlan, source: Source, given: (input: string) => unknown): unknown {
    return Option.getOrUndefined(this.find(plan, source, given))
  }

  /**
   * The value of a source, if it was given: of a dynamic output, and of a mapped step, a map by mapping key.
   *
   * @param plan - plan of the run
   * @param source - where the value comes from
   * @param given - gives the values of job inputs
   */
  find(plan: ExecutionPlan, source: Source, given: (input: string) => unknown): Option.Option<unknown> {
    switch (source._tag) {
      case "JobInput":
        return Option.fromUndefinedOr(given(source.input))
      case "Config":
      case "Asset":
        return Option.none()
      case "Many": {
        const values = source.sources.flatMap((inner) => Option.toArray(this.find(plan, inner, given)))
        return values.length === 0 ? Option.none() : Option.some(values)
      }
      case "Output":
      case "Each": {
        const { key, mappedOver, nodePath, outputs } = plan.steps[source.step]!
        if (mappedOver === undefined) {
          const captured = this.#captured(key, source.output)
          if (captured === undefined) return Option.none()
          const isDynamic = outputs.some(({ dynamic, name }) => dynamic && name === source.output)
          return Option.some(isDynamic ? new Map(captured.byKey ?? NONE) : captured.value)
        }
        const values = new Map(
          (this.#copies.get(nodePath) ?? []).flatMap((stepKey) => {
            const captured = this.#captured(stepKey, source.output)
            const mappingKey = stepKey.slice(stepKey.indexOf("[") + 1, -1)
            return captured === undefined ? [] : [[mappingKey, captured.value] as const]
          })
        )
        return values.size === 0 ? Option.none() : Option.some(values)
      }
      case "Collect": {
        const { key, mappedOver, nodePath } = plan.steps[source.step]!
        if (mappedOver === undefined) {
          return Option.some([...(this.#captured(key, source.output)?.byKey?.values() ?? [])])
        }
        const over = plan.steps[mappedOver.step]!
        const keys = [...(this.#captured(over.key, mappedOver.output)?.byKey?.keys() ?? [])]
        return Option.some(
          keys.flatMap((mappingKey) => {
            const captured = this.#captured(`${nodePath}[${mappingKey}]`, source.output)
            return captured === undefined ? [] : [captured.value]
          })
        )
      }
    }
  }
}
