import { EventId } from "@heddle/events/EventId"
import { HeddleEvent } from "@heddle/events/HeddleEvent"
import type { RunTakenOver, StorageError } from "@heddle/storage/StorageError"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import type { Command } from "../machine/Command.ts"
import type { PoolClaims } from "./PoolClaims.ts"
import type { RunInbox } from "./RunInbox.ts"
import type { RunWire } from "./RunWire.ts"
import type { RunWriter } from "./RunWriter.ts"

/** What the commands of a run are carried out by. */
export interface CommandRunnerOptions {
  /** The executor of the run. */
  readonly wire: RunWire
  /** What the steps of the run claim of pools. */
  readonly pools: PoolClaims
  /** The writer of its log. */
  readonly writer: RunWriter
  /** What happens to the run. */
  readonly inbox: RunInbox
  /** Ends waits for retries when the wire is closed. */
  readonly scope: Scope.Scope
}

/** Carries out what the engine wants done. */
export class CommandRunner {
  readonly #options: CommandRunnerOptions

  constructor(options: CommandRunnerOptions) {
    this.#options = options
  }

  /** Carries out one command. It returns once the command has begun, and after what it records is in the log. */
  perform(command: Command): Effect.Effect<void, StorageError | RunTakenOver> {
    const { inbox, pools, wire, writer } = this.#options
    switch (command._tag) {
      case "LaunchStep":
        return wire.launch(command.request)
      case "TerminateStep":
        return wire.terminate(command)
      case "ClaimPool":
        return pools.claim(command)
      case "ReleasePool":
        return pools.release(command)
      case "AwaitRetry":
        return this.#awaitRetry(command)
      case "Record": {
        const events = command.events.map(inbox.stamp)
        const write = writer.write(events)
        return events.some(HeddleEvent.isRunEnd) ? Effect.andThen(wire.close(writer), write) : write
      }
    }
  }

  #awaitRetry({ attempt, dueAt, stepKey }: Extract<Command, { readonly _tag: "AwaitRetry" }>): Effect.Effect<void> {
    const { inbox, scope } = this.#options
    const isDue = Effect.sync(() =>
      inbox.add({ _tag: "STEP_RETRY_DUE", id: EventId.ofStep(stepKey, attempt, -1), stepKey, attempt })
    )
    return Effect.sleep(Math.max(0, dueAt - inbox.now)).pipe(Effect.andThen(isDue), Effect.forkIn(scope), Effect.asVoid)
  }
}
