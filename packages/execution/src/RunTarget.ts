import { ConfigProblem } from "@heddle/config/ConfigProblem"
import { AssetJobPart } from "@heddle/definitions/AssetJobPart"
import type { AssetSelectionInput } from "@heddle/definitions/AssetSelection"
import { AssetSelectionError } from "@heddle/definitions/AssetSelectionError"
import { AssetSubset, type AssetSubsetData } from "@heddle/definitions/AssetSubset"
import { DefinitionError } from "@heddle/definitions/DefinitionError"
import { describe } from "@heddle/definitions/describe"
import type { GraphDefinition } from "@heddle/definitions/GraphDefinition"
import type { JobDefinition } from "@heddle/definitions/JobDefinition"
import { JobRunConfig } from "@heddle/definitions/JobRunConfig"
import { JobSubset } from "@heddle/definitions/JobSubset"
import { Selection } from "@heddle/engine/plan/Selection"
import { SelectionError, type SelectionProblem } from "@heddle/engine/plan/SelectionError"
import { ReexecutionError, type ReexecutionOptions } from "@heddle/engine/run/ReexecutionOptions"
import { RunStorage } from "@heddle/storage/RunStorage"
import * as Effect from "effect/Effect"

/** The options of a call that choose what it runs. */
export interface RunTargetOptions {
  /**
   * The run config.
   *
   * @default {}, or the run config of the run that is re-executed
   */
  readonly runConfig?: unknown
  /**
   * The ops to execute, with the clauses of `Selection`.
   *
   * @default all ops, or the selection of the run that is re-executed
   */
  readonly opSelection?: ReadonlyArray<string> | undefined
  /**
   * The assets and checks to make and evaluate, of all that a job of assets knows.
   *
   * @default those of the job, or of the run that is re-executed
   */
  readonly assetSelection?: AssetSelectionInput | undefined
  /**
   * The earlier run that the call resumes.
   *
   * @default the run starts anew
   */
  readonly reexecution?: ReexecutionOptions | undefined
  /**
   * Values of job inputs, by name.
   *
   * @default {}
   */
  readonly inputValues?: { readonly [input: string]: unknown } | undefined
}

/** What a call runs. */
export interface RunTarget {
  /** The job, or the part of it that was selected. */
  readonly job: JobDefinition
  /** The selection as it was given, and the node paths that it means; nothing for the whole job. */
  readonly opSelection: ReadonlyArray<string> | undefined
  readonly selection: ReadonlyArray<string> | undefined
  /** The assets and checks that were selected, sorted; nothing for those of the job. */
  readonly assetSelection: AssetSubsetData | undefined
  readonly runConfig: unknown
  /** Tags of the run that is re-executed. */
  readonly parentTags: { readonly [key: string]: string } | undefined
}

/** Reports values that are given for inputs that the job does not have. */
export const unknownInputs = (job: JobDefinition, given: ReadonlyArray<string>): DefinitionError | undefined => {
  const names = Object.keys(job.inputs)
  const problems = given
    .filter((name) => !Object.hasOwn(job.inputs, name))
    .map((name) => {
      const nearest = ConfigProblem.nearest(name, names)
      const there = names.length === 0 ? "it has none" : `it has ${names.map((input) => `"${input}"`).join(", ")}`
      return {
        place: `inputValues › "${name}"`,
        message: `the job has no such input; ${nearest === undefined ? there : `did you mean "${nearest}"?`}`
      }
    })
  return problems.length === 0 ? undefined : new DefinitionError({ subject: `job "${job.name}"`, problems })
}

/** Paths into graphs with a config mapping. Such a graph cannot be selected in part. */
const insideMapped = (
  graph: GraphDefinition,
  paths: ReadonlyArray<string>,
  prefix = ""
): ReadonlyArray<SelectionProblem> =>
  graph.nodes.flatMap(({ body, name }) => {
    const path = prefix + name
    const inside = paths.filter((other) => other.startsWith(`${path}.`))
    if (body._tag === "OpDefinition" || inside.length === 0 || paths.includes(path)) return []
    return body.configMapping === undefined
      ? insideMapped(body, inside, `${path}.`)
      : inside.map((clause) => ({
          clause,
          message: `graph "${path}" maps its config to all of its nodes: select it as a whole, "${path}"`
        }))
  })

/** Inputs that the selection leaves to run config, although run config cannot give them. */
const unloadable = (part: JobDefinition, clause: string): ReadonlyArray<SelectionProblem> => {
  try {
    JobRunConfig.schema(part)
    return []
  } catch (thrown) {
    if (!(thrown instanceof DefinitionError)) throw thrown
    return thrown.problems.map(({ place }) => ({
      clause,
      message: `the source of ${place} is not selected, and run config cannot give values of its type: select its source too`
    }))
  }
}

/**
 * Works out the part of a job that a selection of ops means.
 *
 * @param job - the whole job
 * @param opSelection - the clauses; none for the whole job
 * @returns the part, and the node paths that are selected; fails with `SelectionError`, which holds every problem
 * @since 0.1.0
 */
export const selectOps = Effect.fnUntraced(function* (
  job: JobDefinition,
  opSelection: ReadonlyArray<string>
): Effect.fn.Return<
  { readonly job: JobDefinition; readonly selection: ReadonlyArray<string> | undefined },
  SelectionError
> {
  if (opSelection.length === 0) return { job, selection: undefined }
  const selection = yield* Effect.fromResult(Selection.ofOps(describe(job), opSelection))
  const part = JobSubset.of(job, selection)
  const problems = [...insideMapped(job.graph, selection), ...unloadable(part, opSelection.join(", "))]
  if (problems.length > 0) return yield* new SelectionError({ subject: `job "${job.name}"`, problems })
  return { job: part, selection }
})

/** The part of a job of assets that a call runs. */
export interface SelectedAssets {
  readonly job: JobDefinition
  readonly assetSelection: AssetSubsetData
}

/**
 * Works out the part of a job of assets that a selection means.
 *
 * @param job - the whole job
 * @param selection - the selection, or the assets and checks of an earlier run
 * @returns the part, and what it makes and checks; fails with `AssetSelectionError`, and with `DefinitionError` if the job
 *   is not one of assets
 * @since 0.1.0
 */
export const selectAssets = (
  job: JobDefinition,
  selection: AssetSelectionInput | { readonly earlier: AssetSubsetData }
): Effect.Effect<SelectedAssets, AssetSelectionError | DefinitionError> =>
  Effect.suspend((): Effect.Effect<SelectedAssets, AssetSelectionError | DefinitionError> => {
    if (!AssetJobPart.isPossible(job)) {
      const message = "the job makes no assets: select ops with opSelection"
      return Effect.fail(
        new DefinitionError({ subject: `job "${job.name}"`, problems: [{ place: "assetSelection", message }] })
      )
    }
    try {
      const subset =
        typeof selection === "object" && "earlier" in selection
          ? AssetSubset.fromData(selection.earlier)
          : AssetJobPart.resolve(job, selection)
      return Effect.succeed({ job: AssetJobPart.of(job, subset), assetSelection: AssetSubset.toData(subset) })
    } catch (error) {
      return error instanceof AssetSelectionError ? Effect.fail(error) : Effect.die(error)
    }
  })

/**
 * Determines what a call runs: which part of the job, and with which run config. A re-execution keeps the selection
 * of the run that it resumes, and its run config unless the call gives one, even an empty one.
 *
 * @param job - the whole job
 * @param options - what the call says
 * @returns the target; fails with `DefinitionError` for values of inputs that the job does not have, with `SelectionError`
 *   and `AssetSelectionError`, and when the run that is re-executed is not there
 * @since 0.1.0
 */
export const runTarget = Effect.fnUntraced(function* (job: JobDefinition, options: RunTargetOptions) {
  const { assetSelection: askedAssets, opSelection: asked, reexecution } = options
  const unknown = unknownInputs(job, Object.keys({ ...job.inputValues, ...options.inputValues }))
  if (unknown !== undefined) return yield* unknown
  const parent =
    reexecution === undefined
      ? undefined
      : yield* Effect.flatMap(RunStorage, (storage) => storage.get(reexecution.parentRunId))
  if (parent !== undefined && asked !== undefined && asked.length > 0) {
    return yield* new ReexecutionError({
      parentRunId: parent.runId,
      problem: "a re-execution keeps the op selection of the original run: select steps by their keys instead"
    })
  }
  if (parent !== undefined && askedAssets !== undefined) {
    return yield* new ReexecutionError({
      parentRunId: parent.runId,
      problem: "a re-execution keeps the asset selection of the original run: select steps by their keys instead"
    })
  }
  if (askedAssets !== undefined && asked !== undefined && asked.length > 0) {
    const message = "the call also gives assetSelection: keep one of them"
    return yield* new DefinitionError({
      subject: `job "${job.name}"`,
      problems: [{ place: "opSelection", message }]
    })
  }
  const assets = parent?.assetSelection === undefined ? askedAssets : { earlier: parent.assetSelection }
  if (assets !== undefined) {
    const selected = yield* selectAssets(job, assets)
    const runConfig = options.runConfig ?? parent?.runConfig
    const none = { opSelection: undefined, selection: undefined }
    return { ...selected, ...none, runConfig, parentTags: parent?.tags } satisfies RunTarget
  }
  const opSelection = parent?.opSelection ?? asked ?? []
  const runConfig = options.runConfig ?? parent?.runConfig
  const { job: part, selection } = yield* selectOps(job, opSelection)
  return {
    job: part,
    opSelection: opSelection.length === 0 ? undefined : opSelection,
    selection,
    assetSelection: undefined,
    runConfig,
    parentTags: parent?.tags
  } satisfies RunTarget
})
