/**
 * A worker: an HTTP server in a process of its own that runs attempts of steps. It prints its port, and ends when its
 * standard input closes, for then the executor is gone.
 */
import { JobLocation } from "@heddle/engine/executor/JobLocation"
import { StepRunner } from "@heddle/engine/step/StepRunner"
import { StepRequest } from "@heddle/engine/wire/StepRequest"
import { ErrorInfo } from "@heddle/events/ErrorInfo"
import type { HeddleEvent } from "@heddle/events/HeddleEvent"
import { FileIOManager } from "@heddle/io-fs/FileIOManager"
import { Cause, Context, Effect, Exit, Fiber, Schema, Scope } from "effect"
import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import { Attempt, bodyOf, Open, post } from "./messages.ts"

/** Sends events in numbered batches, one at a time, each until it is answered. */
class Outbox {
  readonly #open: Open
  #waiting: Array<HeddleEvent> = []
  #seq = 0
  #sending: Promise<void> | undefined

  constructor(open: Open) {
    this.#open = open
  }

  readonly add = (events: ReadonlyArray<HeddleEvent>): void => {
    this.#waiting.push(...events)
    // An executor that refuses what this worker says does not need it any more.
    this.#sending ??= this.#send().catch(() => process.exit(1))
  }

  /** Resolves when everything has been answered. */
  async drained(): Promise<void> {
    while (this.#sending !== undefined) await this.#sending
  }

  async #send(): Promise<void> {
    // What is told together goes together.
    await Promise.resolve()
    while (this.#waiting.length > 0) {
      const batch = { worker: this.#open.worker, seq: ++this.#seq, events: this.#waiting.splice(0) }
      await post(this.#open.callback, batch, Infinity)
    }
    this.#sending = undefined
  }
}

/** The half of the engine that runs bodies, opened for one run. */
class Worker {
  readonly #scope = Scope.makeUnsafe()
  readonly #running = new Map<string, Fiber.Fiber<void>>()
  /** Attempts that were launched: a request that comes twice launches once. */
  readonly #launched = new Set<string>()
  readonly #outbox: Outbox
  #runner: StepRunner | undefined

  constructor(open: Open) {
    this.#outbox = new Outbox(open)
  }

  /** Loads the job and starts its resources. */
  async open({ location, request, values, worker }: Open): Promise<ErrorInfo | undefined> {
    const local = {
      context: Context.empty(),
      replaced: {},
      inputValues: {},
      ioManager: FileIOManager.makeNode(values),
      observer: undefined,
      worker
    }
    const opening = JobLocation.load(location).pipe(
      Effect.flatMap(({ definition }) => StepRunner.open(definition, request, local, this.#outbox.add)),
      Scope.provide(this.#scope)
    )
    const exit = await Effect.runPromiseExit(opening)
    if (Exit.isFailure(exit)) {
      const error = Cause.squash(exit.cause)
      return error instanceof Error && "error" in error ? (error.error as ErrorInfo) : ErrorInfo.fromUnknown(error)
    }
    this.#runner = exit.value
    return undefined
  }

  launch(step: StepRequest): void {
    const key = keyOf(step)
    if (this.#launched.has(key) || this.#runner === undefined) return
    this.#launched.add(key)
    const fiber = Effect.runFork(this.#runner.run(step))
    this.#running.set(key, fiber)
    fiber.addObserver(() => this.#running.delete(key))
  }

  terminate(attempt: Attempt): void {
    this.#running.get(keyOf(attempt))?.interruptUnsafe()
  }

  isRunning(attempt: Attempt): boolean {
    return this.#running.has(keyOf(attempt))
  }

  /** Ends what runs and the resources, and sends what is left to tell. */
  async close(): Promise<void> {
    await Effect.runPromise(Fiber.interruptAll(this.#running.values()))
    await Effect.runPromise(Scope.close(this.#scope, Exit.void))
    await this.#outbox.drained()
  }
}

const keyOf = ({ attempt, stepKey }: Attempt): string => `${stepKey}~${attempt}`

let worker: Worker | undefined

/** An answer to messages of a form; a message of another form is refused. */
const answer = <A>(form: Schema.Codec<A, unknown>, give: (message: A) => unknown): ((body: unknown) => unknown) => {
  const decode = Schema.decodeUnknownSync(form)
  return (body) => give(decode(body))
}

const ANSWERS: { readonly [path: string]: (body: unknown) => unknown } = {
  "/open": answer(Open, async (open) => {
    worker = new Worker(open)
    return { error: await worker.open(open) }
  }),
  "/launch": answer(StepRequest.schema, (step) => worker?.launch(step)),
  "/terminate": answer(Attempt, (attempt) => worker?.terminate(attempt)),
  "/health": answer(Attempt, (attempt) => ({ running: worker?.isRunning(attempt) === true })),
  "/close": () => worker?.close()
}

const server = createServer(async (message, response) => {
  const take = ANSWERS[message.url ?? ""]
  if (take === undefined) return void response.writeHead(404).end()
  try {
    const said = await take(await bodyOf(message))
    response.end(JSON.stringify(said ?? {}), () => message.url === "/close" && process.exit(0))
  } catch (error) {
    response.writeHead(400).end(String(error))
  }
})
server.listen(0, "127.0.0.1", () => console.log(`port ${(server.address() as AddressInfo).port}`))
process.stdin.on("end", () => process.exit(1)).resume()
