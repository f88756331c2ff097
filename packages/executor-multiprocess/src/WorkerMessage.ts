import type { ErrorInfo } from "@heddle/events/ErrorInfo"
import type { HeddleEvent } from "@heddle/events/HeddleEvent"
import type { RunRequest, StepRequest } from "@heddle/engine/wire/StepRequest"
import type { JobLocation } from "@heddle/engine/executor/JobLocation"

/** Messages of the executor to a worker process, as plain JSON. */
export type ToWorker =
  | {
      readonly _tag: "Open"
      readonly location: JobLocation
      readonly request: RunRequest
      /** The folder of the default IO manager. */
      readonly values: string
      /** The name of the worker in the run. */
      readonly worker: string
      /** The start of each mark in the output. */
      readonly mark: string
    }
  | { readonly _tag: "Launch"; readonly request: StepRequest }
  | { readonly _tag: "Terminate"; readonly stepKey: string; readonly attempt: number }
  /** All batches of events up to this number are in the log. */
  | { readonly _tag: "Ack"; readonly seq: number }
  /** Asks the worker to end: once everything it sent is acknowledged, or at once if nothing can be acknowledged any more. */
  | { readonly _tag: "Close"; readonly acknowledging: boolean }

/** Messages of a worker process to the executor. */
export type FromWorker =
  | { readonly _tag: "Opened" }
  | { readonly _tag: "NotOpened"; readonly error: ErrorInfo }
  /** An unhandled error is about to end the process. `stepKey` is the step that it came from, if known. */
  | { readonly _tag: "Crashed"; readonly error: ErrorInfo; readonly stepKey?: string }
  /**
   * Batches are numbered from 1; a worker keeps each until it is acknowledged. Before it sends a marked batch, it writes a mark
   * with this number to standard output and error.
   */
  | {
      readonly _tag: "Events"
      readonly seq: number
      readonly events: ReadonlyArray<HeddleEvent>
      readonly marked?: boolean
    }
  /** A mark could not be written, because a body closed the stream. */
  | { readonly _tag: "Unmarked"; readonly stream: "stdout" | "stderr"; readonly mark: number }
