import type { RunConfigError } from "@heddle/config/RunConfigError"
import type { InputNotLoaded } from "@heddle/definitions/InputNotLoaded"
import type { ResourceFailed } from "@heddle/engine/step/ResourceFailed"
import type { ErrorInfo } from "@heddle/events/ErrorInfo"
import type { HeddleEvent, HeddleEventOf } from "@heddle/events/HeddleEvent"
import { RunEvents } from "@heddle/events/RunEvents"
import type { OutputNotFound } from "./OutputNotFound.ts"
import { StoredOutputs, type StoredRun } from "./StoredOutputs.ts"
import { EventLog } from "@heddle/storage/EventLog"
import type { Instance } from "@heddle/storage/Instance"
import type { Run } from "@heddle/storage/RunRecord"
import { RunStorage } from "@heddle/storage/RunStorage"
import type { RunNotFound, StorageError } from "@heddle/storage/StorageError"
import type * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"

/** What a reading of events gives. */
type Reading<A> = Effect.Effect<A, StorageError>
/** What a reading of a value gives. */
type ValueReading = Effect.Effect<
  unknown,
  OutputNotFound | InputNotLoaded | ResourceFailed | RunConfigError | StorageError
>

/** How a run of a reconstructable job ended, and where its events and values are. */
export interface EndedJob extends StoredRun {
  readonly failures: JobExecutionResult["failures"]
  readonly end: JobExecutionResult["end"]
  /** The instance that holds the run, and what else was there when it ran. */
  readonly context: Context.Context<Instance>
}

/**
 * How a run of a reconstructable job ended. What is not at hand is read when it is asked for: events from the instance,
 * values from the IO managers that hold them. The questions are those of `RunEvents`.
 *
 * @since 0.1.0
 * @source Dagster JobExecutionResult
 */
export class JobExecutionResult {
  readonly runId: string
  readonly success: boolean
  /** The steps that failed for good, with what is stored of their errors. */
  readonly failures: ReadonlyArray<{ readonly stepKey: string; readonly error: ErrorInfo }>
  /** The last event of the run. */
  readonly end: HeddleEventOf<"RUN_SUCCESS" | "RUN_FAILURE" | "RUN_CANCELED"> | undefined
  /** The job that ran: with a selection of ops, the part that was selected. */
  readonly job: StoredRun["job"]
  readonly #ended: EndedJob

  constructor(ended: EndedJob) {
    this.#ended = ended
    this.runId = ended.runId
    this.success = ended.end?._tag === "RUN_SUCCESS"
    this.failures = ended.failures
    this.end = ended.end
    this.job = ended.job
  }

  /** The record of the run. */
  get run(): Effect.Effect<Run, RunNotFound | StorageError> {
    return Effect.flatMap(RunStorage, (storage) => storage.get(this.runId)).pipe(
      Effect.provideContext(this.#ended.context)
    )
  }

  /** All events of the run, with the questions that they answer. */
  get events(): Reading<RunEvents> {
    return Stream.runCollect(EventLog.readAll(this.runId)).pipe(
      Effect.map((events) => new RunEvents(events)),
      Effect.provideContext(this.#ended.context)
    )
  }

  #ask<A>(question: (events: RunEvents) => A): Reading<A> {
    return Effect.map(this.events, question)
  }

  get allEvents(): Reading<ReadonlyArray<HeddleEvent>> {
    return this.#ask((events) => events.allEvents)
  }

  get allNodeEvents(): Reading<ReadonlyArray<HeddleEvent>> {
    return this.#ask((events) => events.allNodeEvents)
  }

  filterEvents<E extends HeddleEvent>(predicate: (event: HeddleEvent) => event is E): Reading<ReadonlyArray<E>>
  filterEvents(predicate: (event: HeddleEvent) => boolean): Reading<ReadonlyArray<HeddleEvent>>
  filterEvents(predicate: (event: HeddleEvent) => boolean): Reading<ReadonlyArray<HeddleEvent>> {
    return this.#ask((events) => events.filterEvents(predicate))
  }

  eventsForNode(nodePath: string): Reading<ReadonlyArray<HeddleEvent>> {
    return this.#ask((events) => events.eventsForNode(nodePath))
  }

  isNodeSuccess(nodePath: string): Reading<boolean> {
    return this.#ask((events) => events.isNodeSuccess(nodePath))
  }

  isNodeFailed(nodePath: string): Reading<boolean> {
    return this.#ask((events) => events.isNodeFailed(nodePath))
  }

  isNodeSkipped(nodePath: string): Reading<boolean> {
    return this.#ask((events) => events.isNodeSkipped(nodePath))
  }

  isNodeUntouched(nodePath: string): Reading<boolean> {
    return this.#ask((events) => events.isNodeUntouched(nodePath))
  }

  getStepSuccessEvents(): Reading<ReadonlyArray<HeddleEventOf<"STEP_SUCCESS">>> {
    return this.#ask((events) => events.getStepSuccessEvents())
  }

  getStepSkippedEvents(): Reading<ReadonlyArray<HeddleEventOf<"STEP_SKIPPED">>> {
    return this.#ask((events) => events.getStepSkippedEvents())
  }

  getStepFailureEvents(): Reading<ReadonlyArray<HeddleEventOf<"STEP_FAILURE">>> {
    return this.#ask((events) => events.getStepFailureEvents())
  }

  getFailedStepKeys(): Reading<ReadonlySet<string>> {
    return this.#ask((events) => events.getFailedStepKeys())
  }

  getRunSuccessEvent(): Reading<HeddleEventOf<"RUN_SUCCESS"> | undefined> {
    return this.#ask((events) => events.getRunSuccessEvent())
  }

  getRunFailureEvent(): Reading<HeddleEventOf<"RUN_FAILURE"> | undefined> {
    return this.#ask((events) => events.getRunFailureEvent())
  }

  assetMaterializationsForNode(nodePath: string): Reading<ReadonlyArray<HeddleEventOf<"ASSET_MATERIALIZATION">>> {
    return this.#ask((events) => events.assetMaterializationsForNode(nodePath))
  }

  assetObservationsForNode(nodePath: string): Reading<ReadonlyArray<HeddleEventOf<"ASSET_OBSERVATION">>> {
    return this.#ask((events) => events.assetObservationsForNode(nodePath))
  }

  expectationResultsForNode(nodePath: string): Reading<ReadonlyArray<HeddleEventOf<"STEP_EXPECTATION_RESULT">>> {
    return this.#ask((events) => events.expectationResultsForNode(nodePath))
  }

  getAssetMaterializationEvents(): Reading<ReadonlyArray<HeddleEventOf<"ASSET_MATERIALIZATION">>> {
    return this.#ask((events) => events.getAssetMaterializationEvents())
  }

  getAssetMaterializationPlannedEvents(): Reading<ReadonlyArray<HeddleEventOf<"ASSET_MATERIALIZATION_PLANNED">>> {
    return this.#ask((events) => events.getAssetMaterializationPlannedEvents())
  }

  getAssetObservationEvents(): Reading<ReadonlyArray<HeddleEventOf<"ASSET_OBSERVATION">>> {
    return this.#ask((events) => events.getAssetObservationEvents())
  }

  getAssetCheckEvaluations(): Reading<ReadonlyArray<HeddleEventOf<"ASSET_CHECK_EVALUATION">>> {
    return this.#ask((events) => events.getAssetCheckEvaluations())
  }

  retryAttemptsForNode(nodePath: string): Reading<number> {
    return this.#ask((events) => events.retryAttemptsForNode(nodePath))
  }

  failureDataForNode(nodePath: string): Reading<HeddleEventOf<"STEP_FAILURE"> | undefined> {
    return this.#ask((events) => events.failureDataForNode(nodePath))
  }

  /**
   * The value of an output of the job, loaded by the IO manager that holds it.
   *
   * @param output - name of the output; `result` without it
   * @returns the value; fails with `OutputNotFound`, with `InputNotLoaded` where an IO manager does not give it, and when
   *   the resources that IO managers need do not start
   */
  outputValue(output = "result"): ValueReading {
    return Effect.flatMap(this.events, ({ allEvents }) => StoredOutputs.ofJob(this.#ended, allEvents, output)).pipe(
      Effect.provideContext(this.#ended.context)
    )
  }

  /**
   * The value of an output of a node that this run has executed, as `outputValue`.
   *
   * @param nodePath - path of the node, `graph.op`
   * @param output - name of the output; `result` without it
   * @returns the value; of a dynamic output, and of a mapped step, a map of the values by mapping key
   */
  outputForNode(nodePath: string, output = "result"): ValueReading {
    return Effect.flatMap(this.events, ({ allEvents }) =>
      StoredOutputs.ofNode(this.#ended, allEvents, nodePath, output)
    ).pipe(Effect.provideContext(this.#ended.context))
  }
}
