import { HeddleEvent, type HeddleEventType } from "@heddle/events/HeddleEvent"
import * as Arbitrary from "effect/Arbitrary"

const any = Arbitrary.schema(HeddleEvent.schema)

const byTag = HeddleEvent.schema.members.map((member): readonly [HeddleEventType, Arbitrary.Arbitrary<HeddleEvent>] => [
  member.fields._tag.schema.literal,
  Arbitrary.schema(member)
])

/**
 * Generators of events for property tests, derived from their schemas: texts of any Unicode, deep metadata and chains
 * of causes included.
 *
 * @since 0.1.0
 */
export const EventArbitrary = {
  /** One event of any kind. */
  any,

  /** The kinds of events, each with its generator. */
  byTag: new Map(byTag),

  /** The events of one run, each with an id of its own, in an order that no run would have. */
  ofRun: (runId: string): Arbitrary.Arbitrary<ReadonlyArray<HeddleEvent>> =>
    Arbitrary.map(Arbitrary.array(any), (events) =>
      events.map((event, index) => ({ ...event, runId, id: `${event.id.toWellFormed()}~${index}` }))
    )
}
