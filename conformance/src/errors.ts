import { ErrorInfo } from "@heddle/events/ErrorInfo"

/** The names that Dagster gives to errors of the engine, by their tags here. */
const CLASSES: { readonly [tag: string]: string } = {
  AssetCheckFailed: "DagsterAssetCheckFailedError",
  DefinitionError: "DagsterInvalidDefinitionError",
  InputNotLoaded: "DagsterExecutionLoadInputError",
  InputNotRead: "DagsterTypeLoadingError",
  OutputError: "DagsterInvariantViolationError",
  OutputMissing: "DagsterStepOutputNotFoundError",
  OutputNotStored: "DagsterExecutionHandleOutputError",
  PlanError: "DagsterInvalidDefinitionError",
  ResourceFailed: "DagsterResourceFunctionError",
  RetriesExhausted: "RetryRequested",
  SelectionError: "DagsterInvalidSubsetError",
  StepInterrupted: "DagsterExecutionInterruptedError",
  TypeCheckFailed: "DagsterTypeCheckDidNotPass",
  TypeCheckRaised: "DagsterTypeCheckError",
  UnknownPartition: "DagsterUnknownPartitionError",
  WorkerCrashed: "ChildProcessCrashException"
}

export interface ErrorRecord {
  readonly class: string
  readonly message?: string
  readonly cause?: ErrorRecord
}

/** Whether a tag is that of an error of the engine. */
export const isOfEngine = (tag: string): boolean => Object.hasOwn(CLASSES, tag)

/** An error of an event, under the names of the records. */
export const errorRecord = (error: ErrorInfo): ErrorRecord => ({
  class: CLASSES[error.name] ?? error.name,
  message: error.message,
  ...(error.cause === undefined ? {} : { cause: errorRecord(error.cause) })
})

/** The error of a step: an error of user code stands inside the one that says where it was raised. */
export const stepErrorRecord = (error: ErrorInfo): ErrorRecord =>
  isOfEngine(error.name) || error.name === "Failure"
    ? errorRecord(error)
    : { class: "DagsterExecutionStepExecutionError", cause: errorRecord(error) }

/** What a call raised. */
export const raisedRecord = (thrown: unknown): ErrorRecord => errorRecord(ErrorInfo.fromUnknown(thrown))
