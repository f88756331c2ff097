import { Effect, Schema } from "effect"
import { Job, Op } from "heddle"

const OPS = 50

const configured = Op.make("configured", {
  config: Schema.Struct({
    a: Schema.Int,
    b: Schema.String.pipe(Schema.withDecodingDefaultKey(Effect.succeed("x"))),
    c: Schema.Array(Schema.NullOr(Schema.Finite)),
    d: Schema.Struct({ e: Schema.Boolean })
  }),
  run: () => undefined
})

/** A job of fifty steps that take config. */
export const configuredJob = Job.make("configured", function* () {
  for (let i = 0; i < OPS; i++) yield* configured.as(`c${i}`)()
})

/** Run config for all its steps. */
export const runConfig = {
  ops: Object.fromEntries(
    Array.from({ length: OPS }, (_, i) => [`c${i}`, { config: { a: i, c: [1, null], d: { e: true } } }])
  )
}
