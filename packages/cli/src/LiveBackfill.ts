import type { AssetSelectionInput } from "@heddle/definitions/AssetSelection"
import type { AnyJob } from "@heddle/definitions/Job"
import type { BackfillProgress } from "@heddle/execution/BackfillProgress"
import type { PartitionKeyRange } from "@heddle/partitions/PartitionKeyRange"
import type { Instance } from "@heddle/storage/Instance"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Option from "effect/Option"
import type * as Schema from "effect/Schema"
import type * as Scope from "effect/Scope"
import type * as Stdio from "effect/Stdio"
import type * as Terminal from "effect/Terminal"
import { BackfillText } from "./BackfillText.ts"
import { CommandExit } from "./CommandExit.ts"
import type { FilesConfig } from "./ConfigFiles.ts"
import { ExitCode } from "./ExitCode.ts"
import * as GlobalFlags from "./GlobalFlags.ts"
import type { JobBackfillError } from "./JobBackfill.ts"
import { withExecutor } from "./LiveRun.ts"
import { Output } from "./Output.ts"
import { RedrawnView } from "./RedrawnView.ts"
import { RefusedRun } from "./RefusedRun.ts"
import { ResumeCommand } from "./ResumeCommand.ts"
import type { UsageError } from "./UsageError.ts"

/** Options of a backfill that is displayed while it goes on. */
export interface LiveBackfillOptions {
  /** Path of the module that contains the job. */
  readonly file: string
  /** Executor to use instead of the one in run config. */
  readonly executor?: string | undefined
  readonly runConfig: Schema.Json | undefined
  /** Where a part of the run config was read from. */
  readonly locate: FilesConfig["locate"]
  readonly tags: { readonly [key: string]: string }
  readonly maxConcurrent?: number | undefined
  readonly partitionRange: PartitionKeyRange
  readonly backfillId: string | undefined
  readonly maxConcurrentRuns: number | undefined
  /** Execute only these ops. */
  readonly opSelection?: ReadonlyArray<string> | undefined
  /** Make and check only these assets, of a job of assets. */
  readonly assetSelection?: AssetSelectionInput | undefined
  /** Print only JSON. */
  readonly json: boolean
}

/** Displays a backfill in progress. */
interface BackfillDisplay {
  readonly show: (progress: BackfillProgress) => void
  readonly canceling: () => void
}

const json = Effect.map(RedrawnView.writer, (write): BackfillDisplay => ({
  show: (progress) => write(`${JSON.stringify(progress)}\n`),
  canceling: () => {}
}))

const plain = Effect.gen(function* () {
  const write = yield* RedrawnView.writer
  const paint = yield* Output.paint
  return {
    show: (progress) => {
      const line = BackfillText.line(progress, paint)
      if (line !== undefined) write(`${line}\n`)
    },
    canceling: () => {}
  } satisfies BackfillDisplay
})

/** Redraws how the backfill stands; what did not succeed stays above. */
const redrawn = Effect.fnUntraced(function* (): Effect.fn.Return<
  BackfillDisplay,
  never,
  Scope.Scope | Stdio.Stdio | Terminal.Terminal
> {
  const paint = yield* Output.paint
  let state = BackfillText.initial(yield* Clock.currentTimeMillis)
  const view = yield* RedrawnView.open((width, now) => BackfillText.lines(state, { paint, width, now }))
  return {
    show: (progress) => {
      state = BackfillText.after(state, progress)
      const isQuiet = progress._tag === "RunStarted" || (progress._tag === "RunEnded" && progress.status === "SUCCESS")
      const line = isQuiet ? undefined : BackfillText.line(progress, paint)
      if (line !== undefined) view.persist(line)
    },
    canceling: () => {
      // The supervisor has printed a line below the view.
      view.restart()
      state = { ...state, canceling: true }
    }
  }
})

/** Runs the backfill with a display that closes before this returns. */
const show = Effect.fnUntraced(function* (job: AnyJob, options: LiveBackfillOptions) {
  const display = options.json ? yield* json : (yield* Output.canRedraw) ? yield* redrawn() : yield* plain
  const { JobBackfill } = yield* Effect.promise(() => import("./JobBackfill.ts"))
  const { executor, json: _json, locate: _locate, ...rest } = options
  const runConfig = executor === undefined ? options.runConfig : withExecutor(options.runConfig, executor)
  let backfillId = options.backfillId
  const exit = yield* Effect.exit(
    JobBackfill.execute(job, {
      ...rest,
      runConfig,
      onProgress: (progress) => {
        if (progress._tag === "BackfillStarted") backfillId = progress.backfillId
        display.show(progress)
      },
      onCancel: display.canceling
    })
  )
  return { exit, backfillId }
}, Effect.scoped)

/**
 * Runs a job for many partitions in this process and displays the progress.
 *
 * @since 0.1.0
 */
export const LiveBackfill = {
  /**
   * Runs a backfill in the provided instance, displays its progress and prints its outcome. Fails with `CommandExit` if a partition was
   * not made or the run config is invalid, and with `UsageError` if the backfill cannot start.
   *
   * @param job - the job, with no unmet requirements
   * @param options - the partitions, run config and its sources, tags and output format
   */
  execute: Effect.fnUntraced(function* (
    job: AnyJob,
    options: LiveBackfillOptions
  ): Effect.fn.Return<
    void,
    JobBackfillError | CommandExit | UsageError,
    Instance | Stdio.Stdio | Terminal.Terminal | Effect.Services<typeof GlobalFlags.LogLevel>
  > {
    const startedAt = yield* Clock.currentTimeMillis
    const { backfillId, exit } = yield* show(job, options)
    if (Exit.isFailure(exit)) {
      const level = Option.getOrElse(yield* GlobalFlags.LogLevel, () => "info" as const)
      const error = Option.getOrUndefined(Exit.findErrorOption(exit))
      const { file, locate } = options
      yield* RefusedRun.explain(error, { file, jobName: job.name, locate, level })
      return yield* Effect.failCause(exit.cause)
    }
    const result = exit.value
    const resume = ResumeCommand.of(process.argv.slice(2), backfillId!)
    if (options.json) {
      yield* Output.text(`${JSON.stringify({ _tag: "BackfillEnded", ...result, resume })}\n`)
    } else {
      const took = (yield* Clock.currentTimeMillis) - startedAt
      yield* Output.lines(BackfillText.conclusion(result, { paint: yield* Output.paint, resume, took }))
    }
    if (!result.success) {
      return yield* new CommandExit({ code: result.canceled ? ExitCode.cancelled : ExitCode.failure })
    }
  })
}
