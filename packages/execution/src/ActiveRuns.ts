import type { RunControl } from "@heddle/engine/run/RunControl"
import * as Context from "effect/Context"

/** Hears of the runs that go on in this process, so that something outside of them can end them. */
export interface ActiveRuns {
  /** Hears of a run that begins; the returned function is called at its end. */
  readonly begin: (control: RunControl) => () => void
}

/**
 * What hears of the runs of this process; nothing by default. `RunSignals.layer` provides it.
 *
 * @since 0.1.0
 */
export const ActiveRuns: Context.Reference<ActiveRuns | undefined> = Context.Reference("@heddle/execution/ActiveRuns", {
  defaultValue: (): ActiveRuns | undefined => undefined
})
