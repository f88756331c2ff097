import type { ErrorInfo } from "@heddle/events/ErrorInfo"
import type { HeddleEvent } from "@heddle/events/HeddleEvent"
import type { RunRequest, StepRequest } from "@heddle/engine/wire/StepRequest"
import type { JobLocation } from "@heddle/engine/executor/JobLocation"

/** What the executor says to a worker process. All of it is plain JSON. */
export type ToWorker =
  | {
      readonly _tag: "Open"
      readonly location: JobLocation
      readonly request: RunRequest
      /** Folder of the default IO manager. */
      readonly values: string
      /** Name of the worker among those of the run. */
      readonly worker: string
      /** What a mark in the output begins with. */
      readonly mark: string
    }
  | { readonly _tag: "Launch"; readonly request: StepRequest }
  | { readonly _tag: "Terminate"; readonly stepKey: string; readonly attempt: number }
  /** Every batch of events up to this number is in the log. */
  | { readonly _tag: "Ack"; readonly seq: number }
  /** Asks it to end once all that it sent is acknowledged, or at once where nothing can be any more. */
  | { readonly _tag: "Close"; readonly acknowledging: boolean }

/** What a worker process says to the executor. */
export type FromWorker =
  | { readonly _tag: "Opened" }
  | { readonly _tag: "NotOpened"; readonly error: ErrorInfo }
  /** An error that nothing handled is about to end the process; `stepKey` is the step that left it, as far as is known. */
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
  /** A mark could not be written: a body has closed the stream. */
  | { readonly _tag: "Unmarked"; readonly stream: "stdout" | "stderr"; readonly mark: number }
