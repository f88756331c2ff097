import type { BodyOutput } from "@heddle/definitions/BodyOutputs"
import type { Hook } from "@heddle/definitions/Hook"
import type { HookContext } from "@heddle/definitions/HookContext"
import type { Tags } from "@heddle/definitions/OpExecutionContext"
import { InputNotLoaded } from "@heddle/definitions/InputNotLoaded"
import { OutputNotStored } from "@heddle/definitions/OutputNotStored"
import type { StepEntry } from "@heddle/definitions/StepTable"
import { ErrorInfo } from "@heddle/events/ErrorInfo"
import * as Cause from "effect/Cause"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import type { RunRequest, StepRequest } from "../wire/StepRequest.ts"
import { isInstance } from "./isInstance.ts"
import type { StepEvents } from "./StepEvents.ts"
import { StepLog } from "./StepLog.ts"

/** What hooks are given of the run. */
export interface HookSurroundings {
  readonly run: RunRequest
  readonly services: Context.Context<unknown>
  /** The services that a hook names, by key. */
  readonly resourcesOf: (tags: Tags | undefined) => {}
  /** The config of a node. */
  readonly configOf: (nodePath: string, path: ReadonlyArray<string>) => unknown
  /** Whether the sink of events says when they are stored. */
  readonly isAcknowledged: boolean
}

/** How an attempt ended for good. An interrupt is not among them. */
export type HookedEnd = { readonly _tag: "Success" } | { readonly _tag: "Failure"; readonly error: unknown }

/** Keeps what one attempt of an op with hooks gives. */
export class HookedOutputs {
  readonly entry: StepEntry
  readonly values: Record<string, unknown> = {}

  constructor(entry: StepEntry) {
    this.entry = entry
  }

  add({ key, output, value }: BodyOutput): void {
    if (key === undefined) {
      this.values[output.name] = value
      return
    }
    const byKey = (this.values[output.name] ??= {}) as Record<string, unknown>
    byKey[key] = value
  }
}

/** What the user's code failed with; an IO manager's failure stands inside an error that says where it was. */
const thrown = (error: unknown): unknown =>
  isInstance(error, InputNotLoaded) || isInstance(error, OutputNotStored) ? error.cause : error

const contextOf = (
  { resourcesOf, run }: HookSurroundings,
  hook: Hook<any>,
  step: StepRequest,
  config: unknown,
  { entry: { op }, values }: HookedOutputs,
  end: HookedEnd,
  events: StepEvents
): HookContext<any> => ({
  hookName: hook.name,
  runId: run.runId,
  jobName: run.jobName,
  stepKey: step.stepKey,
  opName: op.name,
  retryNumber: step.attempt - 1,
  mappingKey: step.mappingKeys?.at(-1),
  tags: run.tags,
  config,
  resources: resourcesOf(hook.resources),
  outputs: values,
  error: end._tag === "Failure" ? thrown(end.error) : undefined,
  log: StepLog.forContext(events)
})

/**
 * Hooks of steps.
 *
 * @since 0.1.0
 */
export const StepHooks = {
  /**
   * Ends an attempt that has hooks. Its last event names them, and they run once it is in the log, one after the other;
   * what comes of each is an event too. The attempt is over with the last of them, and none can change how it ended.
   *
   * @param end - how the attempt ended
   * @param tellEnd - tells of the end, with the names of the hooks
   * @param restore - makes what it is given interruptible; an interrupt fails the hooks that are left
   */
  finish: (
    surroundings: HookSurroundings,
    step: StepRequest,
    outputs: HookedOutputs,
    end: HookedEnd,
    events: StepEvents,
    restore: <A, E, R>(effect: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R>,
    tellEnd: (hooks: ReadonlyArray<string>, stored: () => void) => void
  ): Effect.Effect<void> => {
    const { entry } = outputs
    const config = surroundings.configOf(step.nodePath, entry.path)
    const names = entry.hooks.map(({ name }) => name)
    // The end is told of in any case; only the wait for it to be in the log can be interrupted.
    const told = Effect.suspend(() => {
      let isStored = false
      let wake: (() => void) | undefined
      tellEnd(names, () => {
        isStored = true
        wake?.()
      })
      // Between processes there is no order of the events of several steps that could be kept.
      if (!surroundings.isAcknowledged) return Effect.void
      const stored = Effect.callback<void>((resume) => {
        if (isStored) resume(Effect.void)
        else wake = () => resume(Effect.void)
      })
      return Effect.exit(restore(stored))
    })
    const one = (hook: Hook<any>): Effect.Effect<void> => {
      if (hook.on !== (end._tag === "Success" ? "success" : "failure")) {
        return Effect.sync(() => events.hook("HOOK_SKIPPED", { hook: hook.name }))
      }
      const run = Effect.suspend(() =>
        hook.run(contextOf(surroundings, hook, step, config, outputs, end, events))
      ).pipe(
        Effect.scoped,
        Effect.provideContext(Context.add(surroundings.services, StepLog.CurrentStep, events))
      ) as Effect.Effect<unknown, unknown>
      return Effect.map(Effect.exit(restore(run)), (exit) => {
        if (Exit.isSuccess(exit)) return events.hook("HOOK_COMPLETED", { hook: hook.name })
        const error: ErrorInfo = Cause.hasInterruptsOnly(exit.cause)
          ? { name: "HookInterrupted", message: "The hook was interrupted" }
          : ErrorInfo.fromUnknown(exit.cause)
        events.hook("HOOK_ERRORED", { hook: hook.name, error })
      })
    }
    return Effect.andThen(told, Effect.forEach(entry.hooks, one, { discard: true }))
  },

  /** Tells that the hooks of an attempt that will be made again did not run. */
  skip: ({ entry: { hooks } }: HookedOutputs, events: StepEvents): void => {
    for (const { name } of hooks) events.emit("HOOK_SKIPPED", { hook: name })
  }
}
