import { ErrorInfo } from "@heddle/events/ErrorInfo"

/** The names that Dagster gives to errors of the engine, by their tags here. */
const CLASSES: { readonly [tag: string]: string } = {
  ReexecutionError: "DagsterInvariantViolationError",
  StepNotFound: "DagsterExecutionStepNotFoundError",
  OutputNotFound: "DagsterInvariantViolationError",
  MaxRetriesExceeded: "DagsterMaxRetriesExceededError",
  AssetCheckFailed: "DagsterAssetCheckFailedError",
  AssetSelectionError: "DagsterInvalidDefinitionError",
  AssetValueNotFound: "DagsterInvariantViolationError",
  ContextError: "DagsterInvariantViolationError",
  DefinitionError: "DagsterInvalidDefinitionError",
  InputNotLoaded: "DagsterExecutionLoadInputError",
  InputNotRead: "DagsterTypeLoadingError",
  InvalidMappingKey: "DagsterInvalidDefinitionError",
  InvocationError: "DagsterInvalidInvocationError",
  OutputError: "DagsterInvariantViolationError",
  OutputMissing: "DagsterStepOutputNotFoundError",
  OutputNotStored: "DagsterExecutionHandleOutputError",
  PlanError: "DagsterInvalidDefinitionError",
  ResourceFailed: "DagsterResourceFunctionError",
  RunInterrupted: "DagsterExecutionInterruptedError",
  StepCrashed: "DagsterSubprocessError",
  RetriesDisabled: "RetryRequested",
  RetriesExhausted: "RetryRequested",
  SelectionError: "DagsterInvalidSubsetError",
  StepFailure: "Failure",
  StepInterrupted: "DagsterExecutionInterruptedError",
  TypeCheckFailed: "DagsterTypeCheckDidNotPass",
  TypeCheckRaised: "DagsterTypeCheckError",
  UnknownPartitionKey: "DagsterUnknownPartitionError",
  UpstreamPartitionsMissing: "DagsterInvariantViolationError",
  WorkerCrashed: "ChildProcessCrashException"
}

export interface ErrorRecord {
  readonly class: string
  readonly message?: string
  readonly cause?: ErrorRecord
}

/** Whether a tag is that of an error of the engine. */
export const isOfEngine = (tag: string): boolean => Object.hasOwn(CLASSES, tag)

/** The name that records give to an error. */
export const className = (name: string): string => CLASSES[name] ?? name

/** An error of an event, under the names of the records. */
export const errorRecord = (error: ErrorInfo): ErrorRecord => ({
  class: className(error.name),
  message: error.message,
  ...(error.cause === undefined ? {} : { cause: errorRecord(error.cause) })
})

/**
 * What code of the user beside a body failed with: a retry, and a call that raises, name it without the error that says
 * where it was raised.
 */
export const unwrapped = (error: ErrorInfo): ErrorInfo =>
  (error.name === "InputNotLoaded" || error.name === "OutputNotStored" || error.name === "TypeCheckRaised") &&
  error.cause !== undefined
    ? error.cause
    : error

/** The error of a step. An error of user code is the cause of the error that says where it was raised. */
export const stepErrorRecord = (error: ErrorInfo): ErrorRecord =>
  isOfEngine(error.name)
    ? errorRecord(
        error.name === "RetriesExhausted" && error.cause !== undefined
          ? { ...error, cause: unwrapped(error.cause) }
          : error
      )
    : { class: "DagsterExecutionStepExecutionError", cause: errorRecord(error) }

/** The error that a call raised. */
export const raisedRecord = (thrown: unknown): ErrorRecord => {
  const record = errorRecord(unwrapped(ErrorInfo.fromUnknown(thrown)))
  // Dagster names a missing resource of a resource differently from a missing resource of an op.
  const ofResources = /its resources need each other in a cycle|: resource "[^"]*": it needs resource/
  if (record.class === "DagsterInvalidDefinitionError" && ofResources.test(record.message ?? "")) {
    return { ...record, class: "DagsterInvariantViolationError" }
  }
  // A mistake in a call, which Dagster does not take for one in a definition.
  if (record.class === "DagsterInvalidDefinitionError" && record.message?.startsWith("materializeToMemory:") === true) {
    return { ...record, class: "DagsterInvariantViolationError" }
  }
  // Heddle's error also names the step.
  return record.class === "DagsterMaxRetriesExceededError"
    ? { ...record, message: record.message?.replace(/^Step "[^"]*": /, "") ?? "" }
    : record
}
