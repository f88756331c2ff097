import type { HeddleEvent } from "@heddle/events/HeddleEvent"
import type { StepRequest } from "./StepRequest.ts"

/**
 * Follows one attempt from outside by its events: it is over after its last event, or after those of the hooks that the
 * last event names.
 *
 * @since 0.1.0
 */
export class AttemptProgress {
  readonly #stepKey: string
  readonly #attempt: number
  #hooks: Array<string> | undefined

  constructor({ attempt, stepKey }: Pick<StepRequest, "attempt" | "stepKey">) {
    this.#stepKey = stepKey
    this.#attempt = attempt
  }

  /** Takes an event of the run into account, and returns whether the attempt is over. */
  see(event: HeddleEvent): boolean {
    switch (event._tag) {
      case "STEP_SUCCESS":
      case "STEP_FAILURE":
        if (this.#isOwn(event)) this.#hooks = [...(event.hooks ?? [])]
        break
      case "STEP_UP_FOR_RETRY":
        if (this.#isOwn(event)) this.#hooks = []
        break
      case "HOOK_COMPLETED":
      case "HOOK_ERRORED":
      case "HOOK_SKIPPED":
        if (this.#isOwn(event)) {
          const at = this.#hooks?.indexOf(event.hook) ?? -1
          if (at >= 0) this.#hooks?.splice(at, 1)
        }
    }
    return this.#hooks?.length === 0
  }

  /** Names of the hooks whose events are still to come; `undefined` before the attempt has ended. */
  get hooks(): ReadonlyArray<string> | undefined {
    return this.#hooks
  }

  #isOwn(event: { readonly stepKey: string; readonly attempt: number }): boolean {
    return event.stepKey === this.#stepKey && event.attempt === this.#attempt
  }
}
