import { AssetSelection } from "@heddle/definitions/AssetSelection"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import type { AssetSubset } from "@heddle/definitions/AssetSubset"
import { AssetReference, type LocatedAssets } from "../AssetReference.ts"
import { CodeLocation } from "../CodeLocation.ts"
import { ConfigFiles } from "../ConfigFiles.ts"
import { Home } from "../Home.ts"
import { Lifeline } from "../Lifeline.ts"
import { PlainText } from "../PlainText.ts"
import { UsageError } from "../UsageError.ts"
import { AssetFlags } from "./AssetFlags.ts"
import { type GivenPartitions, PartitionFlags, readPartitions } from "./PartitionFlags.ts"
import { partitionFlag } from "./partitionFlag.ts"
import { runPartitions } from "./runPartitions.ts"
import { RunFlags } from "./RunFlags.ts"

/** What a command asks a run for, or why there is nothing to ask for. */
type Asked =
  | { readonly selection: AssetSelection | string | undefined }
  | { readonly nothing: string; readonly of: string }

type What = (assets: LocatedAssets, subset: AssetSubset, text: string | undefined) => Asked

/** The selected assets, with their checks. */
const assetsOf: What = ({ definition }, subset, text) => {
  const { assets, checks } = definition.assets.graph
  // Without a selection, a run observes nothing.
  const isMade = (key: string): boolean => {
    const { kind } = assets.get(key)!.spec
    return kind === "materializable" || (kind === "observable" && text !== undefined)
  }
  return [...subset.assets].some(isMade) || (text === undefined && checks.size > 0)
    ? { selection: text }
    : { nothing: "to materialize", of: "asset that a run can make" }
}

/** The checks of the selected assets that can be evaluated without making the assets. */
const checksOf: What = ({ definition }, { checks }) => {
  const alone = [...checks].flatMap((key) => {
    const { node, spec } = definition.assets.graph.checks.get(key)!
    // A graph would check what its ops make anew, and not the asset.
    const isAlone = node.assets.length === 0 || (node.canSubset && node.body?._tag === "OpDefinition")
    return isAlone ? [{ asset: spec.asset, check: spec.name }] : []
  })
  return alone.length > 0
    ? { selection: AssetSelection.checks(...alone) }
    : { nothing: "to evaluate", of: "check that can be evaluated without its asset" }
}

/** What the flags of a command that makes one run leave out. */
const ONE_RUN = {
  backfill: Option.none<string>(),
  maxConcurrentRuns: Option.none<number>()
}

/** Runs a part of the assets of a module. */
const runOf = (what: What) =>
  Effect.fnUntraced(function* ({
    config,
    configJson,
    executor,
    file,
    json,
    maxConcurrent,
    runId,
    select,
    tags,
    ...given
  }: {
    readonly config: ReadonlyArray<string>
    readonly configJson: Option.Option<string>
    readonly executor: Option.Option<string>
    readonly file: string
    readonly json: boolean
    readonly maxConcurrent: Option.Option<number>
    readonly runId: Option.Option<string>
    readonly select: Option.Option<string>
    readonly tags: { readonly [key: string]: string }
  } & Omit<GivenPartitions, "runId">) {
    Lifeline.hold()
    // Check everything before reporting, so that all problems are reported at once.
    const text = Option.getOrUndefined(select)
    const located = yield* CodeLocation.load(file).pipe(
      Effect.flatMap(AssetReference.all),
      Effect.flatMap((assets) =>
        Effect.flatMap(AssetReference.select(text, assets, file), (subset) => {
          const asked = what(assets, subset, text)
          if ("selection" in asked) return Effect.succeed({ assets, selection: asked.selection })
          const whole = text === undefined ? `module "${file}" has` : `"${PlainText.oneLine(text)}" selects`
          const problems = [`Nothing ${asked.nothing}: ${whole} no ${asked.of}`]
          return Effect.fail(new UsageError({ problems, hint: `See "heddle asset list -f ${file}"` }))
        })
      ),
      Effect.result
    )
    const read = yield* Effect.result(ConfigFiles.load(config, Option.getOrUndefined(configJson)))
    const instance = yield* Effect.result(Layer.build(Home.layer))
    const chosen = readPartitions({ ...given, runId })
    const problem = UsageError.together([located, read, chosen, instance])
    if (problem !== undefined) return yield* problem
    const { locate, value: runConfig } = yield* Effect.fromResult(read)
    const { assets, selection } = yield* Effect.fromResult(located)
    const options = {
      runConfig,
      locate,
      tags,
      file,
      executor: Option.getOrUndefined(executor),
      maxConcurrent: Option.getOrUndefined(maxConcurrent),
      assetSelection: selection,
      json
    }
    yield* runPartitions(assets.job, options, yield* Effect.fromResult(chosen), Option.getOrUndefined(runId)).pipe(
      Effect.provideContext(yield* Effect.fromResult(instance))
    )
  }, Effect.scoped)

const flags = { ...RunFlags, file: AssetFlags.file, select: AssetFlags.select }

/**
 * `heddle asset materialize`: makes assets and shows the progress.
 *
 * @since 0.1.0
 */
export const AssetMaterialize = Command.make("materialize", { ...flags, ...PartitionFlags }, runOf(assetsOf)).pipe(
  Command.withDescription(
    "Materialize assets, each after what it depends on, with their checks: in one run, or in a run for each of a range of partitions. Assets that are not selected are loaded by their IO manager. Exit codes: 0 the run succeeded, 1 it failed, 2 invalid usage or run config, 130 cancelled"
  ),
  Command.withShortDescription("Materialize assets"),
  Command.withExamples([
    { command: "heddle asset materialize -f src/definitions.ts", description: "All assets" },
    {
      command: "heddle asset materialize -f src/definitions.ts --select 'sales/daily+'",
      description: "One asset and those directly downstream of it"
    },
    {
      command: "heddle asset materialize -f src/definitions.ts -s 'group:finance and not tag:slow' -c run.yaml",
      description: "Part of a group, with run config"
    },
    {
      command: "heddle asset materialize -f src/definitions.ts -s sales/daily --partition 2026-01-31",
      description: "One partition of an asset"
    },
    {
      command: "heddle asset materialize -f src/definitions.ts --partition-range 2026-01-01...2026-01-31",
      description: "Many partitions, with a run for each; Ctrl-C says how to resume"
    },
    {
      command: "heddle asset materialize -f src/definitions.ts --partition-range 2026-01-01...2026-01-31 --single-run",
      description: "Many partitions in one run"
    }
  ])
)

/** Checks of a range of partitions are evaluated in one run. */
const checkedPartitions = {
  partition: partitionFlag,
  partitionRange: Flag.String("partition-range").pipe(
    Flag.withMetavar("<from...to>"),
    Flag.withDescription(
      "Keys of the first and the last partition, such as 2026-01-01...2026-01-31, of assets that are made by ranges"
    ),
    Flag.optional
  )
}

/**
 * `heddle asset check`: evaluates the checks of assets, without the assets.
 *
 * @since 0.1.0
 */
export const AssetCheck = Command.make("check", { ...flags, ...checkedPartitions }, (given) =>
  // One partition is one run in any case.
  runOf(checksOf)({ ...given, ...ONE_RUN, singleRun: Option.isSome(given.partitionRange) })
).pipe(
  Command.withDescription(
    "Evaluate the checks of assets in one run, and materialize nothing. Checks inside the body or the graph of an asset run only with the asset. A failed blocking check fails the run. Exit codes: 0 the run succeeded, 1 it failed, 2 invalid usage or run config, 130 cancelled"
  ),
  Command.withShortDescription("Evaluate the checks of assets"),
  Command.withExamples([
    { command: "heddle asset check -f src/definitions.ts", description: "All checks" },
    { command: "heddle asset check -f src/definitions.ts --select sales/daily", description: "The checks of one asset" }
  ])
)
