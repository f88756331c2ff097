/** A job whose body logs lines, as quietly or as busily as run config says. */
import { Job, Op, OpExecutionContext } from "heddle"
import { Effect, Schema } from "effect"

const talk = Op.make("talk", {
  config: Schema.Struct({
    /** How often it logs. */
    bursts: Schema.Int,
    /** Lines in a burst. */
    lines: Schema.Int,
    /** Milliseconds between two bursts, on average. */
    pause: Schema.Finite
  }),
  run: (_, { config }) =>
    Effect.gen(function* () {
      const { log } = yield* OpExecutionContext
      for (let i = 0; i < config.bursts; i++) {
        // Never in step with a timer of the follower.
        yield* Effect.sleep(config.pause * (0.5 + ((i * 7919) % 100) / 100))
        for (let line = 0; line < config.lines; line++) log.info(`burst ${i}, line ${line}`)
      }
    })
})

export const talking = Job.make("talking", function* () {
  yield* talk()
})
