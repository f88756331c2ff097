/**
 * Runs before each test file: whenever a run ends in a test, however it ends, its log is replayed, and has to give the
 * very launches that were carried out, and nothing that it does not say.
 */
import * as Effect from "effect/Effect"
import { isDeepStrictEqual } from "node:util"
import { Replay } from "@heddle/engine/run/Replay"
import { RunLoop } from "@heddle/engine/run/RunLoop"
import { Executor } from "@heddle/engine/wire/Executor"
import type { StepRequest } from "@heddle/engine/wire/StepRequest"
import type { HeddleEvent } from "@heddle/events/HeddleEvent"

const REPLAYED = Symbol.for("heddle/testing/replayLogs")

/** Files of tests share a process, and so the loop: it is wrapped once. */
if (!(REPLAYED in RunLoop)) {
  const { run } = RunLoop
  Object.assign(RunLoop, {
    [REPLAYED]: true,
    run: (options: Parameters<typeof run>[0]) => {
      const events: Array<HeddleEvent> = []
      const launched: Array<StepRequest> = []
      const watched: typeof options = {
        ...options,
        onEvents: (appended) => {
          events.push(...appended)
          options.onEvents?.(appended)
        }
      }
      return run(watched).pipe(
        Effect.updateService(Executor, (executor) => ({
          ...executor,
          open: (request, sink) =>
            Effect.map(executor.open(request, sink), (wire) => ({
              ...wire,
              launch: (step) =>
                Effect.andThen(
                  Effect.sync(() => launched.push(step)),
                  wire.launch(step)
                )
            }))
        })),
        Effect.ensuring(
          Effect.suspend(() => {
            const { contradictions, launches } = Replay.of(options.plan, events, options.known, options.assets)
            const same = isDeepStrictEqual(launched, launches.slice(0, launched.length))
            const problems = same
              ? contradictions
              : [...contradictions, "its launches are others than those of its log"]
            return problems.length === 0
              ? Effect.void
              : Effect.die(new Error(`Run "${options.request.runId}" is not what its log says: ${problems.join("; ")}`))
          })
        )
      )
    }
  })
}
