import { AssetSelection } from "@heddle/definitions/AssetSelection"
import { describe } from "@heddle/definitions/describe"
import type { AnyJob } from "@heddle/definitions/Job"
import { type Reconstructable, reconstructable } from "@heddle/definitions/Reconstructable"
import { makePlan } from "@heddle/engine/plan/makePlan"
import { ReexecutionOptions } from "@heddle/engine/run/ReexecutionOptions"
import type { HeddleEvent } from "@heddle/events/HeddleEvent"
import { DefaultExecutors } from "@heddle/execution/DefaultExecutors"
import * as Effect from "effect/Effect"
import { executeJob, multiprocessExecutor } from "heddle"
import { asked } from "./asked.ts"
import type { Call, Json } from "./Case.ts"
import { missing } from "./missing.ts"
import { type Outcome, statusOf, upstreamOf } from "./Outcome.ts"
import { outcomeOf, run, type Session, widthOf } from "./Session.ts"
import { spelled } from "./spelling.ts"
import { isRecordedHere } from "./staysHere.ts"
import { spelledTags } from "./tags.ts"
import { isObject, plain } from "./values.ts"

let builds = 0

/**
 * Adds the executor of the job to run config, where Heddle names it.
 *
 * @param moved - whether what the case runs in one process runs over processes
 */
const withExecutor = (config: Json | undefined, session: Session, moved: boolean): Json | undefined => {
  const { asset_job: ofAssets, job } = session.case.definition
  const executor = (job ?? ofAssets)?.executor
  const common = {
    ...(executor?.retries === undefined ? {} : { retries: { [executor.retries]: {} } }),
    ...(executor?.step_dependency === "available_outputs" ? { requireUpstreamStepSuccess: false } : {})
  }
  if (executor?.kind === "in_process" && Object.keys(common).length === 0) return config
  const given = isObject(config) ? (config as { readonly [key: string]: Json }) : {}
  if (given["execution"] !== undefined) missing("call.run_config.executor")
  if (executor?.kind === "in_process") {
    return { ...given, execution: { [moved ? "multiprocess" : "inProcess"]: { config: common } } }
  }
  const limit = executor?.max_concurrent
  const limits = executor?.tag_concurrency_limits as ReadonlyArray<Json> | undefined
  const concurrency = {
    // Where the original runs steps in processes, each has one of its own.
    isolation: "step",
    ...(limit === undefined ? {} : { maxConcurrent: limit }),
    ...(limits === undefined ? {} : { tagConcurrencyLimits: limits })
  }
  return { ...given, execution: { multiprocess: { config: { ...concurrency, ...common } } } }
}

/** The URL of the job of a call, for this process and for workers. */
const urlOf = (session: Session, moved: boolean): string => {
  const url = new URL("./rebuilt.ts", import.meta.url)
  url.searchParams.set("case", session.file)
  url.searchParams.set("build", String(builds++))
  if (moved) {
    url.searchParams.set("call", String(session.runs.length - 1))
    url.searchParams.set("values", session.values)
  }
  if (session.mode.delays !== undefined) url.searchParams.set("delays", String(session.mode.delays))
  return url.href
}

/** Which run config a call gives. */
const configOf = (call: Call, session: Session, moved: boolean): Json | undefined => {
  const given = spelled(call.run_config)
  // A re-execution without run config has that of its parent, which names the executor.
  if (call.call === "reexecute") return call.run_config === undefined ? undefined : withExecutor(given, session, moved)
  return call.call === "execute_job" ? withExecutor(given, session, moved) : given
}

/**
 * Runs the job of a call, which other processes can load, with the executor of the case.
 *
 * @param over - whether to run over processes what the case runs in one
 */
export const executeLocated = async (call: Call, session: Session, over: boolean): Promise<Outcome> => {
  const { definition } = session.case
  const isHere = isRecordedHere(call, definition)
  const moved = over && isHere
  // Whether a job is closed shows in its type, and that is erased here.
  const point = reconstructable as (moduleUrl: string, exportName: string, job: AnyJob) => Reconstructable<AnyJob>
  let pointer: Reconstructable<AnyJob>
  try {
    const url = urlOf(session, moved)
    pointer = point(url, "job", ((await import(url)) as { readonly job: AnyJob }).job)
  } catch (thrown) {
    return outcomeOf(thrown, definition)
  }
  const parent = call.of === undefined ? undefined : session.runs[call.of]
  const seen: Array<HeddleEvent> = []
  const executed = executeJob(pointer, {
    runConfig: configOf(call, session, moved),
    ...(call.tags === undefined ? {} : { tags: spelledTags(call.tags) }),
    ...(call.partition_key === undefined ? {} : { partitionKey: call.partition_key }),
    ...(call.op_selection === undefined ? {} : { opSelection: call.op_selection }),
    ...(call.asset_selection === undefined
      ? {}
      : { assetSelection: AssetSelection.assets(...call.asset_selection.map((key) => key.join("/"))) }),
    raiseOnError: call.raise_on_error === true,
    ...(isHere ? { maxConcurrent: widthOf(call, session) } : {}),
    values: session.values,
    ...(parent === undefined
      ? {}
      : {
          reexecution:
            call.mode === "from_failure"
              ? ReexecutionOptions.fromFailure(parent)
              : ReexecutionOptions.make(parent, { stepSelection: call.step_selection ?? [] })
        }),
    onEvents: (events) => void seen.push(...events)
  })
  const effect = (moved ? Effect.provideService(executed, DefaultExecutors, [multiprocessExecutor]) : executed).pipe(
    Effect.flatMap((result) => {
      session.runs[session.runs.length - 1] = result.runId
      return Effect.map(
        asked(call.ask ?? {}, session, result.runId, result, (key) => Effect.runPromise(result.assetValue(key))),
        (answers) => ({ result, answers })
      )
    })
  )
  return run(effect, session, ({ answers, result }) => ({
    outcome: "completed",
    runId: result.runId,
    runStatus: statusOf(seen),
    events: seen,
    elsewhere: moved || !isHere,
    moved,
    upstream: upstreamOf(makePlan(describe(result.job))),
    output: async (nodePath, output) => plain(await Effect.runPromise(result.outputForNode(nodePath, output))),
    jobOutput: async (output) => plain(await Effect.runPromise(result.outputValue(output))),
    asked: answers
  }))
}
