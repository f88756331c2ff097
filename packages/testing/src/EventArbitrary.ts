import { HeddleEvent, type HeddleEventType } from "@heddle/events/HeddleEvent"
import * as Arbitrary from "effect/Arbitrary"

const any = Arbitrary.schema(HeddleEvent.schema)

const byTag = HeddleEvent.schema.members.map((member): readonly [HeddleEventType, Arbitrary.Arbitrary<HeddleEvent>] => [
  member.fields._tag.schema.literal,
  Arbitrary.schema(member)
])

/**
 * Generators of events for property tests, derived from the schemas. They include any Unicode text, deep metadata and chains of
 * causes.
 *
 * @since 0.1.0
 */
export const EventArbitrary = {
  /** One event of any kind. */
  any,

  /** The generators by kind of event. */
  byTag: new Map(byTag),

  /** The events of one run with distinct ids, in random order. */
  ofRun: (runId: string): Arbitrary.Arbitrary<ReadonlyArray<HeddleEvent>> =>
    Arbitrary.map(Arbitrary.array(any), (events) =>
      events.map((event, index) => ({ ...event, runId, id: `${event.id.toWellFormed()}~${index}` }))
    )
}
