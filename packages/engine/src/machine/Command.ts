import type { HeddleEvent } from "@heddle/events/HeddleEvent"
import type { StepRequest } from "../wire/StepRequest.ts"

type WithoutStamp<E> = E extends HeddleEvent ? Omit<E, "runId" | "timestamp"> : never

/** An event that the engine decided on; who records it adds run and time. Its id follows from what it says. */
export type DecidedEvent = WithoutStamp<HeddleEvent>

/**
 * What the engine wants done. Commands are carried out in their order.
 *
 * @since 0.1.0
 */
export type Command =
  /** Append these events to the log, all of them before the next command. */
  | { readonly _tag: "Record"; readonly events: ReadonlyArray<DecidedEvent> }
  | { readonly _tag: "LaunchStep"; readonly request: StepRequest }
  | { readonly _tag: "TerminateStep"; readonly stepKey: string; readonly attempt: number }
  /**
   * Ask for a slot of a pool until the attempt has it, and record `POOL_CLAIMED` then; record that it is blocked when
   * the first answer is no.
   */
  | {
      readonly _tag: "ClaimPool"
      readonly stepKey: string
      readonly attempt: number
      readonly pool: string
      readonly priority: number
    }
  /** Give back what the attempt holds of its pool, and ask no more. */
  | { readonly _tag: "ReleasePool"; readonly stepKey: string; readonly attempt: number; readonly pool: string }
  /** Record `STEP_RETRY_DUE` when the time has come; in milliseconds since the epoch. */
  | { readonly _tag: "AwaitRetry"; readonly stepKey: string; readonly attempt: number; readonly dueAt: number }
