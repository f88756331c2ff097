import type { RunControl } from "@heddle/engine/run/RunControl"
import * as Context from "effect/Context"

/** Tracks the runs in progress in this process, so that other code can end them. */
export interface ActiveRuns {
  /** Called when a run starts; the returned function is called when the run ends. */
  readonly begin: (control: RunControl) => () => void
}

/**
 * The tracker of the runs in this process; by default there is none. `RunSignals.layer` provides it.
 *
 * @since 0.1.0
 */
export const ActiveRuns: Context.Reference<ActiveRuns | undefined> = Context.Reference("@heddle/execution/ActiveRuns", {
  defaultValue: (): ActiveRuns | undefined => undefined
})
