import type { OpContext, OpLogger } from "@heddle/definitions/OpExecutionContext"
import type { RunRequest, StepRequest } from "../wire/StepRequest.ts"
import type { StepEvents } from "./StepEvents.ts"
import { StepLog } from "./StepLog.ts"

/** What a body is told; what few bodies ask for is made when it is asked for. */
export class StepContext implements OpContext<unknown, {}> {
  readonly config: unknown
  readonly resources: {}
  readonly runId: string
  readonly jobName: string
  readonly stepKey: string
  readonly retryNumber: number
  readonly mappingKey: string | undefined
  readonly tags: { readonly [key: string]: string }
  readonly #events: StepEvents
  #log: OpLogger | undefined
  #abort: AbortController | undefined

  constructor(run: RunRequest, step: StepRequest, config: unknown, resources: {}, events: StepEvents) {
    this.config = config
    this.resources = resources
    this.runId = run.runId
    this.jobName = run.jobName
    this.stepKey = step.stepKey
    this.retryNumber = step.attempt - 1
    this.mappingKey = step.mappingKey
    this.tags = run.tags
    this.#events = events
  }

  get log(): OpLogger {
    return (this.#log ??= StepLog.forContext(this.#events))
  }

  get signal(): AbortSignal {
    return (this.#abort ??= new AbortController()).signal
  }

  /** Tells a body that listens to its signal that the step was interrupted. */
  abort(): void {
    this.#abort?.abort()
  }
}
