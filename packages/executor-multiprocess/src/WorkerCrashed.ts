import { ErrorInfo } from "@heddle/events/ErrorInfo"
import * as Schema from "effect/Schema"

/** Possible causes by signal. */
const HINTS: { readonly [signal: string]: string } = {
  SIGKILL: "something killed it; the system does this when memory runs out",
  SIGABRT: "it aborted; Node aborts when its heap is full: raise the limit with NODE_OPTIONS=--max-old-space-size",
  SIGSEGV: "a native module crashed",
  SIGBUS: "a native module crashed",
  SIGTERM: "something asked it to terminate"
}

/** Explanations of why the executor killed a process. */
const KILLED_FOR = {
  silent:
    "stopped responding and was killed: something suspended the whole process (SIGSTOP, a frozen container, a swapping machine); a busy body does not cause this",
  hungUp: "closed its connection to the executor and was killed: its step closed file descriptor 3",
  garbled:
    "sent an invalid message and was killed: its step, or a module that it uses, writes to file descriptor 3, which is the connection to the executor"
}

/** Why the executor killed a process. */
export type KilledFor = keyof typeof KILLED_FOR

/**
 * A worker process ended while it ran a step, or before it loaded the job.
 *
 * @since 0.1.0
 * @source Dagster ChildProcessCrashException
 */
export class WorkerCrashed extends Schema.TaggedError<WorkerCrashed>()("WorkerCrashed", {
  pid: Schema.optionalKey(Schema.Int),
  exitCode: Schema.NullOr(Schema.Int),
  signal: Schema.NullOr(Schema.String),
  /** Whether it ended before it loaded the job. */
  opening: Schema.optionalKey(Schema.Boolean),
  /** Why the executor killed it, if it did: it did not answer, or it closed or misused its connection. */
  killedFor: Schema.optionalKey(Schema.Literals(["silent", "hungUp", "garbled"])),
  /** The unhandled error that ended it. */
  unhandled: Schema.optionalKey(ErrorInfo.schema),
  /** The step that the error came from, if known. The step may have ended earlier. */
  origin: Schema.optionalKey(Schema.String),
  /** Why it could not be started. */
  problem: Schema.optionalKey(Schema.String)
}) {
  override get message(): string {
    const who = this.pid === undefined ? "The worker process" : `Worker process ${this.pid}`
    if (this.killedFor !== undefined) return `${who} ${KILLED_FOR[this.killedFor]}`
    if (this.problem !== undefined) return `${who} could not be started: ${this.problem}`
    if (this.unhandled !== undefined) {
      const left = this.origin === undefined ? "" : `, left by step "${this.origin}"`
      return `${who} was ended by an unhandled error${left}: ${ErrorInfo.summary(this.unhandled)}`
    }
    const when = this.opening === true ? " before it had loaded the job" : ""
    if (this.signal !== null) {
      const hint = HINTS[this.signal]
      return `${who} was ended by ${this.signal}${when}${hint === undefined ? "" : `: ${hint}`}`
    }
    const what = this.opening === true ? "the module of the job, or one that it imports," : "its step"
    return `${who} ended with exit code ${this.exitCode}${when}: ${what} ended the process, as process.exit does`
  }
}
