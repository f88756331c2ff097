import { HeddleEvent, type HeddleEventType } from "@heddle/events/HeddleEvent"
import { StepKey } from "@heddle/events/StepKey"
import { EventLog } from "@heddle/storage/EventLog"
import { ConfigProblem } from "@heddle/config/ConfigProblem"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as GlobalFlags from "../GlobalFlags.ts"
import { Home } from "../Home.ts"
import { Output } from "../Output.ts"
import { RunLogView } from "../RunLogView.ts"
import { RunReference } from "../RunReference.ts"
import { StepColumn } from "../StepColumn.ts"
import { UsageError } from "../UsageError.ts"

const TYPES: ReadonlyArray<HeddleEventType> = HeddleEvent.schema.members.map(
  (member) => member.fields._tag.schema.literal
)

const unknownTypes = (types: ReadonlyArray<string>): Effect.Effect<void, UsageError> => {
  const problems = types
    .filter((type) => !TYPES.some((known) => known === type))
    .map((type) => {
      const near = ConfigProblem.nearest(type, TYPES)
      return `"${type}" is not an event type${near === undefined ? "" : ` - did you mean "${near}"?`}`
    })
  return problems.length === 0
    ? Effect.void
    : Effect.fail(new UsageError({ problems, hint: `Event types: ${TYPES.join(", ")}` }))
}

/**
 * `heddle run events`: prints the event log of a run.
 *
 * @since 0.1.0
 */
export const RunEvents = Command.make(
  "events",
  {
    run: Argument.String("run").pipe(
      Argument.withDescription("Run id, a unique prefix of one, or `last` for the latest run")
    ),
    json: Flag.Boolean("json").pipe(Flag.withDescription("Print one JSON event per line"), Flag.withDefault(false)),
    type: Flag.String("type").pipe(
      Flag.withMetavar("<TYPE>"),
      Flag.withDescription("Only events of this type, such as STEP_FAILURE; repeatable"),
      Flag.atLeast(0)
    ),
    step: Flag.String("step").pipe(
      Flag.withMetavar("<key>"),
      Flag.withDescription(
        "Only events of this step; repeatable. The name of a mapped op without brackets matches all its copies"
      ),
      Flag.atLeast(0)
    )
  },
  Effect.fnUntraced(function* ({ json, run: reference, step, type }) {
    const level = yield* GlobalFlags.LogLevel
    const options = {
      paint: yield* Output.paint,
      time: (yield* Output.isTerminal) ? ("clock" as const) : ("iso" as const),
      // Without --log-level, print the whole log.
      level: Option.getOrElse(level, () => "debug" as const),
      stack: Option.contains(level, "debug") ? ("full" as const) : ("short" as const)
    }
    yield* unknownTypes(type)
    const run = yield* RunReference.resolve(reference)
    const columns = (yield* Output.isTerminal) ? yield* Output.width : undefined
    const stepWidth = json ? undefined : StepColumn.width(yield* StepColumn.keysOf(run), columns)
    const matches = (event: HeddleEvent): boolean => {
      const key = HeddleEvent.stepKey(event)
      return (
        (type.length === 0 || type.includes(event._tag)) &&
        (step.length === 0 || (key !== undefined && (step.includes(key) || step.includes(StepKey.nodePath(key)))))
      )
    }
    yield* EventLog.readAll(run.runId).pipe(
      Stream.filter(matches),
      Stream.runForEachArray((events) =>
        Output.lines(
          events.flatMap((event) =>
            json ? [JSON.stringify(event)] : RunLogView.lines(event, { ...options, columns, stepWidth })
          )
        )
      )
    )
  }, Effect.provide(Home.layerReading))
).pipe(
  Command.withDescription("Print the events of a run in the order in which they were recorded"),
  Command.withShortDescription("Print the events of a run"),
  Command.withExamples([
    { command: "heddle run events last", description: "All events of the latest run" },
    { command: "heddle run events last --step load --type LOG_MESSAGE", description: "Messages that one step logged" },
    {
      command: "heddle run events last --json | jq -r ._tag | sort | uniq -c",
      description: "Count the events of each type"
    }
  ])
)
