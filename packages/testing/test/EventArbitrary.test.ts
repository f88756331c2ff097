import { assert, describe, it } from "@effect/vitest"
import { HeddleEvent } from "@heddle/events/HeddleEvent"
import * as Arbitrary from "effect/Arbitrary"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { EventArbitrary } from "@heddle/testing/EventArbitrary"

const decode = Schema.decodeUnknownSync(HeddleEvent.schema)

/** A trip through JSON; -0, which JSON does not know, comes back as 0. */
const viaJson = (value: unknown): unknown => JSON.parse(JSON.stringify(value))

describe("EventArbitrary", () => {
  for (const [tag, events] of EventArbitrary.byTag) {
    it.effect.prop(
      `${tag} survives JSON unchanged`,
      [events],
      ([event]) =>
        Effect.sync(() => {
          assert.strictEqual(event._tag, tag)
          const back = decode(viaJson(event))
          assert.deepStrictEqual<unknown>(back, viaJson(event))
          assert.deepStrictEqual(decode(viaJson(back)), back)
          assert.isString(HeddleEvent.describe(back))
        }),
      { arbitrary: { runs: 50, seed: 1 } }
    )
  }

  it("byTag - contains every kind of event", () => {
    assert.strictEqual(EventArbitrary.byTag.size, HeddleEvent.schema.members.length)
  })

  it.effect("ofRun - generates events of one run with distinct ids", () =>
    Effect.gen(function* () {
      const samples = yield* Arbitrary.sampleEffect(EventArbitrary.ofRun("run"), { count: 20, size: 30, seed: 1 })
      for (const events of samples) {
        assert.isTrue(events.every((event) => event.runId === "run"))
        assert.strictEqual(new Set(events.map((event) => event.id)).size, events.length)
      }
      const tags = new Set(samples.flat().map((event) => event._tag))
      assert.isAbove(tags.size, 20)
    })
  )
})
