import * as Schema from "effect/Schema"

/** What an ended process may have died of, by its signal. */
const HINTS: { readonly [signal: string]: string } = {
  SIGKILL: "something killed it; the system does so when memory runs out",
  SIGABRT: "it aborted; Node does so when its heap is full: give it more with NODE_OPTIONS=--max-old-space-size",
  SIGSEGV: "a native module crashed",
  SIGBUS: "a native module crashed",
  SIGTERM: "something asked it to end"
}

/**
 * A worker process that ended while it ran a step.
 *
 * @since 0.1.0
 * @source Dagster ChildProcessCrashException
 */
export class WorkerCrashed extends Schema.TaggedError<WorkerCrashed>()("WorkerCrashed", {
  pid: Schema.optionalKey(Schema.Int),
  exitCode: Schema.NullOr(Schema.Int),
  signal: Schema.NullOr(Schema.String)
}) {
  override get message(): string {
    const who = this.pid === undefined ? "The worker process" : `Worker process ${this.pid}`
    if (this.signal !== null) {
      const hint = HINTS[this.signal]
      return `${who} was ended by ${this.signal}${hint === undefined ? "" : `: ${hint}`}`
    }
    return `${who} ended with exit code ${this.exitCode}: its step called process.exit, or crashed the process`
  }
}
