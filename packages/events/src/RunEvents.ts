import { HeddleEvent, type HeddleEventOf } from "./HeddleEvent.ts"
import { StepKey } from "./StepKey.ts"

/**
 * The events of a run with the questions that its result answers by them. A node is named by its path, `graph.op`: of a
 * graph all that lies inside is meant, of a mapped step all of its copies. Of a node that there is not, there is nothing.
 *
 * @since 0.1.0
 * @source Dagster ExecutionResult
 */
export class RunEvents {
  /** The events of the run in the order of its log. */
  readonly allEvents: ReadonlyArray<HeddleEvent>

  /** @param events - all events of one run, in the order of its log */
  constructor(events: ReadonlyArray<HeddleEvent>) {
    this.allEvents = events
  }

  /** Events of steps, those of one node of the job's own graph together, in the order in which the nodes began. */
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

  /** Events that pass a test; one of `HeddleEvent` tells the compiler what they hold. */
  filterEvents<E extends HeddleEvent>(predicate: (event: HeddleEvent) => event is E): ReadonlyArray<E>
  filterEvents(predicate: (event: HeddleEvent) => boolean): ReadonlyArray<HeddleEvent>
  filterEvents(predicate: (event: HeddleEvent) => boolean): ReadonlyArray<HeddleEvent> {
    return this.allEvents.filter(predicate)
  }

  /** Step events of a node: neither hooks nor engine nor resources, also where they name its step. */
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

  /** Tells whether nothing happened to the node: it was not reached, not selected, or there is no such node. */
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

  /** How often steps of the node were tried again, those of all mapping keys together. */
  retryAttemptsForNode(nodePath: string): number {
    return this.#of(nodePath, HeddleEvent.isStepRestarted).length
  }

  /** The first failure of a step of the node: its error, where that came from, and what the body said of it. */
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

/** Whether an event is one of a node, or of what lies inside. */
const isBelow = (nodePath: string, event: HeddleEvent): boolean => {
  const stepKey = HeddleEvent.stepKey(event)
  if (stepKey === undefined) return false
  const path = StepKey.nodePath(stepKey)
  return path === nodePath || path.startsWith(`${nodePath}.`)
}
