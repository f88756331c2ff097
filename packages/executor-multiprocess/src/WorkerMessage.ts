import type { ErrorInfo } from "@heddle/events/ErrorInfo"
import type { HeddleEvent } from "@heddle/events/HeddleEvent"
import type { RunRequest, StepRequest } from "@heddle/engine/wire/StepRequest"
import type { JobLocation } from "./JobLocation.ts"

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
    }
  | { readonly _tag: "Launch"; readonly request: StepRequest }
  | { readonly _tag: "Terminate"; readonly stepKey: string; readonly attempt: number }
  | { readonly _tag: "Close" }

/** What a worker process says to the executor. */
export type FromWorker =
  | { readonly _tag: "Opened" }
  | { readonly _tag: "NotOpened"; readonly error: ErrorInfo }
  | { readonly _tag: "Events"; readonly events: ReadonlyArray<HeddleEvent> }
