import type { Place } from "./Place.ts"
import type { StepState } from "./StepState.ts"

/** A mapped step at one place, once its keys are known, or known not to come. */
export interface Fan {
  /** One place for each mapping key. */
  readonly places: ReadonlyArray<Place>
  /** Its copies, in the order of their places. */
  readonly copies: Array<StepState>
  /** How many of its copies have not come to their end. */
  open: number
  /** Of how many copies it is known before the last one ends what they give of an output, by its name. */
  readonly decided: Map<string, number>
  /** What became of the step whose keys it waits for. */
  readonly source: "success" | "skipped" | "abandoned"
}
