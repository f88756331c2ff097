import { HeddleEvent, type HeddleEventOf } from "./HeddleEvent.ts"
import { StepKey } from "./StepKey.ts"

/**
 * The events of a run, with the queries that results offer. A node is named by its path, `graph.op`. A graph stands for
 * everything inside it, and a mapped step for all of its copies. An unknown node has no events.
 *
 * @since 0.1.0
 * @source Dagster ExecutionResult
 */
export class RunEvents {
  /** The events of the run, in the order of its log. */
  readonly allEvents: ReadonlyArray<HeddleEvent>

  /** @param events - all events of one run, in the order of its log */
  constructor(events: ReadonlyArray<HeddleEvent>) {
    this.allEvents = events
  }

  /** The events of steps, grouped by the top-level nodes of the job, in the order in which the nodes started. */
  get allNodeEvents(): ReadonlyArray<HeddleEvent> {
    const nodes = new Map<string, Array<HeddleEvent>>()
    for (const event of this.allEvents) {
      if (!HeddleEvent.isStepEvent(event)) continue
      const node = StepKey.nodePath(HeddleEvent.stepKey(event)!).split(".", 1)[0]!
      const events = nodes.get(node)
      if (events === undefined) nodes.set(node, [event])
      else events.push(event)
    }
    return [...nodes.values()].flat()
  }

  /** The events that pass a test. A type guard of `HeddleEvent` narrows their type. */
  filterEvents<E extends HeddleEvent>(predicate: (event: HeddleEvent) => event is E): ReadonlyArray<E>
  filterEvents(predicate: (event: HeddleEvent) => boolean): ReadonlyArray<HeddleEvent>
  filterEvents(predicate: (event: HeddleEvent) => boolean): ReadonlyArray<HeddleEvent> {
    return this.allEvents.filter(predicate)
  }

  /** The step events of a node, without those of hooks, engine and resources. */
  eventsForNode(nodePath: string): ReadonlyArray<HeddleEvent> {
    return this.allEvents.filter((event) => HeddleEvent.isStepEvent(event) && isBelow(nodePath, event))
  }

  /** Tells whether a step of the node succeeded. */
  isNodeSuccess(nodePath: string): boolean {
    return this.#has(nodePath, HeddleEvent.isStepSuccess)
  }

  /** Tells whether a step of the node failed. */
  isNodeFailed(nodePath: string): boolean {
    return this.#has(nodePath, HeddleEvent.isStepFailure)
  }

  /** Tells whether a step of the node was skipped. */
  isNodeSkipped(nodePath: string): boolean {
    return this.#has(nodePath, HeddleEvent.isStepSkipped)
  }

  /** Tells whether nothing happened to the node: it was not reached, it was not selected, or it does not exist. */
  isNodeUntouched(nodePath: string): boolean {
    return this.eventsForNode(nodePath).length === 0
  }

  getStepSuccessEvents(): ReadonlyArray<HeddleEventOf<"STEP_SUCCESS">> {
    return this.filterEvents(HeddleEvent.isStepSuccess)
  }

  getStepSkippedEvents(): ReadonlyArray<HeddleEventOf<"STEP_SKIPPED">> {
    return this.filterEvents(HeddleEvent.isStepSkipped)
  }

  getStepFailureEvents(): ReadonlyArray<HeddleEventOf<"STEP_FAILURE">> {
    return this.filterEvents(HeddleEvent.isStepFailure)
  }

  /** Keys of the steps that failed, and of those whose resources did not start. */
  getFailedStepKeys(): ReadonlySet<string> {
    const keys = this.allEvents.flatMap((event) =>
      HeddleEvent.isStepFailure(event) || HeddleEvent.isResourceInitFailure(event) ? (event.stepKey ?? []) : []
    )
    return new Set(keys)
  }

  getRunSuccessEvent(): HeddleEventOf<"RUN_SUCCESS"> | undefined {
    return this.allEvents.find(HeddleEvent.isRunSuccess)
  }

  getRunFailureEvent(): HeddleEventOf<"RUN_FAILURE"> | undefined {
    return this.allEvents.find(HeddleEvent.isRunFailure)
  }

  assetMaterializationsForNode(nodePath: string): ReadonlyArray<HeddleEventOf<"ASSET_MATERIALIZATION">> {
    return this.#of(nodePath, HeddleEvent.isStepMaterialization)
  }

  assetObservationsForNode(nodePath: string): ReadonlyArray<HeddleEventOf<"ASSET_OBSERVATION">> {
    return this.#of(nodePath, HeddleEvent.isAssetObservation)
  }

  expectationResultsForNode(nodePath: string): ReadonlyArray<HeddleEventOf<"STEP_EXPECTATION_RESULT">> {
    return this.#of(nodePath, HeddleEvent.isExpectationResult)
  }

  getAssetMaterializationEvents(): ReadonlyArray<HeddleEventOf<"ASSET_MATERIALIZATION">> {
    return this.filterEvents(HeddleEvent.isStepMaterialization)
  }

  getAssetMaterializationPlannedEvents(): ReadonlyArray<HeddleEventOf<"ASSET_MATERIALIZATION_PLANNED">> {
    return this.filterEvents(HeddleEvent.isAssetMaterializationPlanned)
  }

  getAssetObservationEvents(): ReadonlyArray<HeddleEventOf<"ASSET_OBSERVATION">> {
    return this.filterEvents(HeddleEvent.isAssetObservation)
  }

  getAssetCheckEvaluations(): ReadonlyArray<HeddleEventOf<"ASSET_CHECK_EVALUATION">> {
    return this.filterEvents(HeddleEvent.isAssetCheckEvaluation)
  }

  /** How often the steps of the node were retried, over all mapping keys. */
  retryAttemptsForNode(nodePath: string): number {
    return this.#of(nodePath, HeddleEvent.isStepRestarted).length
  }

  /** The first failure of a step of the node: its error, the source of the error, and what the body said about it. */
  failureDataForNode(nodePath: string): HeddleEventOf<"STEP_FAILURE"> | undefined {
    return this.#of(nodePath, HeddleEvent.isStepFailure)[0]
  }

  #of<E extends HeddleEvent>(nodePath: string, predicate: (event: HeddleEvent) => event is E): ReadonlyArray<E> {
    return this.allEvents.filter((event): event is E => predicate(event) && isBelow(nodePath, event))
  }

  #has(nodePath: string, predicate: (event: HeddleEvent) => boolean): boolean {
    return this.allEvents.some((event) => predicate(event) && isBelow(nodePath, event))
  }
}

/** Tells whether an event is about a node or something inside it. */
const isBelow = (nodePath: string, event: HeddleEvent): boolean => {
  const stepKey = HeddleEvent.stepKey(event)
  if (stepKey === undefined) return false
  const path = StepKey.nodePath(stepKey)
  return path === nodePath || path.startsWith(`${nodePath}.`)
}
