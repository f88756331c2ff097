import type { HeddleEvent } from "@heddle/events/HeddleEvent"
import type { ConfigErrorRecord } from "./configErrors.ts"
import type { ErrorRecord } from "./errors.ts"

/** The error raised by reading a requested value. */
export interface RaisedValue {
  readonly $raised: string
}

/** The outcome of a call that ran something. */
export interface Completed {
  readonly outcome: "completed"
  readonly runId: string
  readonly runStatus: string
  readonly events: ReadonlyArray<HeddleEvent>
  /** Whether steps ran in other processes. */
  readonly elsewhere: boolean
  /** The steps that each step waits for, by node path. */
  readonly upstream: { readonly [nodePath: string]: ReadonlyArray<string> }
  /** The value of an output of a node, as the result gives it. */
  readonly output: (nodePath: string, output: string) => Promise<unknown>
  readonly jobOutput: (output: string) => Promise<unknown>
  /** The other requested values. */
  readonly asked: { readonly [key: string]: unknown }
}

/** The outcome of a call. */
export type Outcome =
  | Completed
  | { readonly outcome: "raised"; readonly error: ErrorRecord }
  | { readonly outcome: "invalid_config"; readonly errors: ReadonlyArray<ConfigErrorRecord> }
  | { readonly outcome: "resolved"; readonly resolved: { readonly [section: string]: unknown } }
  | {
      readonly outcome: "invoked"
      readonly returned?: unknown
      readonly yielded?: ReadonlyArray<unknown>
      /** The error that a stream raised after its last value. */
      readonly error?: ErrorRecord
    }
  | { readonly outcome: "done" }
