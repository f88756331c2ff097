import type { ExecutorSession } from "@heddle/engine/executor/ExecutorDefinition"
import { LostAttempt } from "@heddle/engine/wire/LostAttempt"
import type { StepRequest } from "@heddle/engine/wire/StepRequest"
import { type StepWire, WireNotOpened } from "@heddle/engine/wire/Executor"
import { AttemptProgress } from "@heddle/engine/wire/AttemptProgress"
import { ErrorInfo } from "@heddle/events/ErrorInfo"
import { Effect, Schema, type Scope } from "effect"
import { ExecutorDefinition } from "heddle"
import { createServer, type Server } from "node:http"
import type { AddressInfo } from "node:net"
import { availableParallelism } from "node:os"
import { type Attempt, Batch, bodyOf } from "./messages.ts"
import { WorkerProcess } from "./WorkerProcess.ts"

/** Own config of the executor. */
const config = {
  /** Milliseconds that a worker may take to end when the run is over, before it is killed; 5,000 by default. */
  graceMillis: Schema.optionalKey(Schema.Int)
}
type Session = ExecutorSession<{ readonly graceMillis?: number }>

const decodeBatch = Schema.decodeUnknownPromise(Batch)
const HEALTHY = { healthy: true } as const

/** The workers of one run, and the server that their events come to. */
class Workers {
  readonly #session: Session
  readonly #workers = new Map<string, WorkerProcess>()
  readonly #idle: Array<WorkerProcess> = []
  readonly #progress = new Map<WorkerProcess, AttemptProgress>()
  /** Launches of the workers' current attempts; a terminate waits for them, so that it does not overtake its attempt. */
  readonly #launches = new Map<WorkerProcess, Promise<void>>()
  readonly #server: Server
  #started = 0
  #isClosing = false

  constructor(session: Session) {
    this.#session = session
    this.#server = createServer(async (message, response) => {
      const batch = await bodyOf(message)
        .then(decodeBatch)
        .catch(() => undefined)
      if (batch === undefined) return void response.writeHead(400).end("not a batch of events")
      const { events, seq, worker: name } = batch
      const worker = this.#workers.get(name)
      if (worker === undefined) return void response.writeHead(410).end("this worker is not known any more")
      if (!worker.sockets.has(message.socket)) {
        worker.sockets.add(message.socket)
        message.socket.on("close", () => worker.sockets.delete(message.socket))
      }
      // Sent again, because the answer did not arrive.
      if (seq <= worker.seq) return void response.end()
      worker.seq = seq
      // The answer says that the events are in the log; until then the worker keeps them.
      this.#session.sink(events, () => response.end())
      const progress = this.#progress.get(worker)
      if (progress !== undefined && events.some((event) => progress.see(event))) this.#free(worker)
    })
  }

  async listen(): Promise<void> {
    await new Promise<void>((resolve) => this.#server.listen(0, "127.0.0.1", resolve))
    // One is opened at once: it shows whether the job can be loaded and its resources start.
    const first = this.#make()
    await this.#open(first)
    this.#idle.push(first)
  }

  /** Runs an attempt in a worker that has nothing to do; there are as many as the engine runs steps at once. */
  launch(step: StepRequest): void {
    const worker = this.#idle.pop() ?? this.#make()
    worker.step = step
    this.#progress.set(worker, new AttemptProgress(step))
    this.#launches.set(worker, this.#launch(worker, step))
  }

  async #launch(worker: WorkerProcess, step: StepRequest): Promise<void> {
    try {
      if (!worker.isOpen) await this.#open(worker)
      await worker.launch(step)
    } catch {
      // Its end tells.
      worker.kill()
    }
  }

  async terminate(attempt: Attempt): Promise<void> {
    const worker = this.#workerOf(attempt)
    if (worker === undefined) return
    await this.#launches.get(worker)
    await worker.terminate(attempt).catch(() => {})
  }

  async isRunning(attempt: Attempt): Promise<boolean> {
    const worker = this.#workerOf(attempt)
    if (worker === undefined) return false
    // A worker that is still being opened has the attempt before it.
    return !worker.isOpen || (await worker.isRunning(attempt).catch(() => false))
  }

  async close(): Promise<void> {
    this.#isClosing = true
    const { graceMillis = 5000 } = this.#session.config
    await Promise.all([...this.#workers.values()].map((worker) => worker.close(graceMillis)))
    this.#server.closeAllConnections()
    this.#server.close()
  }

  #workerOf({ attempt, stepKey }: Attempt): WorkerProcess | undefined {
    return [...this.#workers.values()].find(({ step }) => step?.stepKey === stepKey && step.attempt === attempt)
  }

  #make(): WorkerProcess {
    const worker = new WorkerProcess(`http${++this.#started}`)
    this.#workers.set(worker.name, worker)
    void worker.ended.then((code) => this.#gone(worker, code))
    return worker
  }

  async #open(worker: WorkerProcess): Promise<void> {
    const { location, request, values } = this.#session
    const callback = `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/events`
    // Both are there, for the executor requires them.
    const open = { location: location!, request, values: values!, worker: worker.name, callback }
    const error = await worker.open(open)
    if (error !== undefined) throw new WireNotOpened({ error })
    worker.isOpen = true
  }

  #free(worker: WorkerProcess): void {
    worker.step = undefined
    this.#progress.delete(worker)
    this.#idle.push(worker)
  }

  /** A process that ends takes its attempt with it. */
  #gone(worker: WorkerProcess, code: number | null): void {
    this.#workers.delete(worker.name)
    this.#launches.delete(worker)
    const idle = this.#idle.indexOf(worker)
    if (idle !== -1) this.#idle.splice(idle, 1)
    const { step } = worker
    if (step === undefined || this.#isClosing) return
    const error = { name: "WorkerCrashed", message: `Worker process ${worker.pid} ended with exit code ${code}` }
    const lost = { error, source: "FRAMEWORK_ERROR", errorTag: "WorkerCrashed" } as const
    const at = { now: Date.now(), random: Math.random() }
    this.#session.sink([LostAttempt.end(this.#session.request, step, lost, at)])
  }
}

const open = (session: Session): Effect.Effect<StepWire, WireNotOpened, Scope.Scope> =>
  Effect.gen(function* () {
    const workers = yield* Effect.acquireRelease(
      Effect.sync(() => new Workers(session)),
      (workers) => Effect.promise(() => workers.close())
    )
    yield* Effect.tryPromise({
      try: () => workers.listen(),
      catch: (error) =>
        error instanceof WireNotOpened ? error : new WireNotOpened({ error: ErrorInfo.fromUnknown(error) })
    })
    return {
      launch: (step) => Effect.sync(() => workers.launch(step)),
      terminate: (stepKey, attempt) => Effect.promise(() => workers.terminate({ stepKey, attempt })),
      health: (stepKey, attempt) =>
        Effect.map(
          Effect.promise(() => workers.isRunning({ stepKey, attempt })),
          (running) => (running ? HEALTHY : { healthy: false, reason: "no worker runs this attempt" })
        )
    }
  })

/** Runs steps in worker processes that are reached over HTTP. */
export const httpExecutor = ExecutorDefinition.make({
  name: "http",
  description: "Runs steps in worker processes that are reached over HTTP.",
  config,
  maxConcurrent: availableParallelism,
  requirements: { portableValues: true, reconstructableJob: true },
  open
})
