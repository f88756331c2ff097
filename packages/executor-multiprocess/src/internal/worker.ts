/**
 * The program of a worker process: it loads the job, opens the half of the engine that runs bodies, and takes requests
 * until it is closed. The bootstrap imports it from the copy of this package that the user's module finds.
 */
import { StepRunner } from "@heddle/engine/step/StepRunner"
import { ErrorInfo } from "@heddle/events/ErrorInfo"
import { Json } from "@heddle/events/Json"
import { FileIOManager } from "@heddle/io-fs/FileIOManager"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Queue from "effect/Queue"
import { AsyncLocalStorage } from "node:async_hooks"
import { JobLocation } from "@heddle/engine/executor/JobLocation"
import type { FromWorker, ToWorker } from "../WorkerMessage.ts"
import { loading } from "@heddle/engine/executor/loading"
import type { MessagePipe } from "./MessagePipe.ts"
import { Outbox } from "./Outbox.ts"
import { OutputMarks } from "./OutputMarks.ts"
import { PROTOCOL } from "./protocol.ts"

/** What the bootstrap uses of this module. */
export interface WorkerProgram {
  readonly protocol: number
  readonly work: (channel: MessagePipe<ToWorker, FromWorker>) => void
}

/** The step that code runs for, including its leftover timers and promises. */
const origin = new AsyncLocalStorage<string>()

/** Reports an unhandled error, and ends the process, because its state is unknown. */
const crashOn = (outbox: Outbox, channel: MessagePipe<ToWorker, FromWorker>): void => {
  let isCrashing = false
  const crash = (thrown: unknown): void => {
    if (isCrashing) return
    isCrashing = true
    const stepKey = origin.getStore()
    outbox.flush()
    const error = ErrorInfo.fromUnknown(thrown)
    // As Node does for unhandled errors. The output is also in the log of the run.
    process.stderr.write(`${error.stack ?? ErrorInfo.summary(error)}\n`)
    channel.send({
      _tag: "Crashed",
      error,
      ...(stepKey === undefined ? {} : { stepKey })
    })
    channel.flush(() => process.exit(1))
  }
  process.on("uncaughtException", crash).on("unhandledRejection", crash)
}

type Inbox = Queue.Dequeue<Exclude<ToWorker, { readonly _tag: "Ack" }>>

const serve = Effect.fnUntraced(function* (
  inbox: Inbox,
  { location, request, values, worker }: Extract<ToWorker, { readonly _tag: "Open" }>,
  outbox: Outbox,
  send: (message: FromWorker) => void
) {
  loading.moduleUrl = location.moduleUrl
  const job = yield* JobLocation.load(location)
  loading.moduleUrl = undefined
  const runner = yield* StepRunner.open(
    job.definition,
    request,
    {
      context: Context.empty(),
      replaced: {},
      inputValues: {},
      ioManager: FileIOManager.makeNode(values),
      observer: undefined,
      worker
    },
    (events) => outbox.add(events)
  )
  let running: { readonly stepKey: string; readonly attempt: number; readonly fiber: Fiber.Fiber<void> } | undefined
  const context = yield* Effect.context<never>()
  yield* Effect.addFinalizer(() => (running === undefined ? Effect.void : Fiber.interrupt(running.fiber)))
  outbox.flush()
  send({ _tag: "Opened" })
  while (true) {
    const message = yield* Queue.take(inbox)
    switch (message._tag) {
      case "Launch": {
        const { attempt, stepKey } = message.request
        const fiber = origin.run(stepKey, () => Effect.runForkWith(context)(runner.run(message.request)))
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

/** The version of the messages of this program. */
export const protocol: WorkerProgram["protocol"] = PROTOCOL

/** Works for the executor at the other end of a channel, and then ends this process. */
export const work: WorkerProgram["work"] = (channel) => {
  const send = (message: FromWorker) => channel.send(message)
  const outbox = new Outbox(send)
  crashOn(outbox, channel)
  const inbox = Effect.runSync(Queue.unbounded<Exclude<ToWorker, { readonly _tag: "Ack" }>>())
  channel.listen(Json.parse, (message) => {
    if (message._tag === "Ack") return outbox.acknowledge(message.seq)
    if (message._tag === "Close" && !message.acknowledging) outbox.release()
    Queue.offerUnsafe(inbox, message)
  })
  const program = Effect.gen(function* () {
    const open = yield* Queue.take(inbox)
    if (open._tag !== "Open") return
    const marks = new OutputMarks(open.mark, send)
    outbox.marks = marks
    yield* serve(inbox, open, outbox, send).pipe(
      Effect.catchCause((cause) =>
        Effect.sync(() => {
          const reason = cause.reasons[0]
          const thrown = reason?._tag === "Fail" ? reason.error : reason?._tag === "Die" ? reason.defect : reason
          const error =
            thrown instanceof Error && "error" in thrown ? (thrown.error as ErrorInfo) : ErrorInfo.fromUnknown(thrown)
          outbox.flush()
          send({ _tag: "NotOpened", error })
        })
      )
    )
    // What a body left running, such as a timer, does not keep the process alive. Its output is flushed first.
    outbox.drain(() => channel.flush(() => marks.flush(() => process.exit(0))))
  })
  Effect.runFork(program)
}
