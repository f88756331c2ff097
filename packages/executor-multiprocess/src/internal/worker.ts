/**
 * The program of a worker process: it loads the job, opens the half of the engine that runs bodies, and takes requests
 * until it is closed. It ends with the process that started it.
 */
import { StepRunner } from "@heddle/engine/step/StepRunner"
import type { EventSink } from "@heddle/engine/wire/Executor"
import { ErrorInfo } from "@heddle/events/ErrorInfo"
import { HeddleEvent } from "@heddle/events/HeddleEvent"
import { FileIOManager } from "@heddle/io-fs/FileIOManager"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import type * as Fiber from "effect/Fiber"
import * as Queue from "effect/Queue"
import { holdLifeline } from "./lifeline.ts"
import { JobLocation } from "../JobLocation.ts"
import type { FromWorker, ToWorker } from "../WorkerMessage.ts"

const send = (message: FromWorker): void => {
  process.send?.(message)
}

/** Sends what goes together in one message; a step's start goes at once, for its body may end the process. */
const makeSink = (): EventSink => {
  let waiting: Array<HeddleEvent> = []
  const flush = () => {
    if (waiting.length === 0) return
    const events = waiting
    waiting = []
    send({ _tag: "Events", events })
  }
  return (events) => {
    if (waiting.length === 0) queueMicrotask(flush)
    for (const event of events) waiting.push(event)
    if (
      events.some(
        (event) => event._tag === "STEP_START" || event._tag === "STEP_RESTARTED" || HeddleEvent.isDurable(event)
      )
    ) {
      flush()
    }
  }
}

const serve = Effect.fnUntraced(function* (
  inbox: Queue.Dequeue<ToWorker>,
  { location, request, values, worker }: Extract<ToWorker, { readonly _tag: "Open" }>
) {
  const job = yield* JobLocation.load(location)
  const runner = yield* StepRunner.open(
    job.definition,
    request,
    {
      context: Context.empty(),
      replaced: {},
      inputValues: {},
      ioManager: FileIOManager.make(values),
      observer: undefined,
      worker
    },
    makeSink()
  )
  const scope = yield* Effect.scope
  send({ _tag: "Opened" })
  let running: { readonly stepKey: string; readonly attempt: number; readonly fiber: Fiber.Fiber<void> } | undefined
  while (true) {
    const message = yield* Queue.take(inbox)
    switch (message._tag) {
      case "Launch": {
        const { attempt, stepKey } = message.request
        const fiber = yield* Effect.forkIn(runner.run(message.request), scope, { startImmediately: true })
        running = { stepKey, attempt, fiber }
        break
      }
      case "Terminate":
        if (running?.stepKey === message.stepKey && running.attempt === message.attempt) running.fiber.interruptUnsafe()
        break
      case "Close":
        return
      case "Open":
    }
  }
}, Effect.scoped)

const program = Effect.gen(function* () {
  const inbox = yield* Queue.unbounded<ToWorker>()
  process.on("message", (message) => Queue.offerUnsafe(inbox, message as ToWorker))
  const open = yield* Queue.take(inbox)
  if (open._tag !== "Open") return
  yield* serve(inbox, open).pipe(
    Effect.catchCause((cause) =>
      Effect.sync(() => {
        const reason = cause.reasons[0]
        const thrown = reason?._tag === "Fail" ? reason.error : reason?._tag === "Die" ? reason.defect : reason
        const error =
          thrown instanceof Error && "error" in thrown ? (thrown.error as ErrorInfo) : ErrorInfo.fromUnknown(thrown)
        send({ _tag: "NotOpened", error })
      })
    )
  )
})

holdLifeline()
// Ctrl-C reaches every process of the terminal; the executor tells this one what to do about it.
process.on("SIGINT", () => {})
process.on("disconnect", () => process.exit(1))
Effect.runFork(program).addObserver(() => process.disconnect?.())
