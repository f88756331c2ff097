import type { GraphedAsset } from "@heddle/definitions/AssetGraph"
import type { AssetSpec } from "@heddle/definitions/AssetNode"
import { AssetCheckKey } from "@heddle/events/AssetCheckKey"
import { AssetPartitions } from "@heddle/execution/AssetPartitions"
import type { AssetStatus } from "@heddle/execution/AssetStatus"
import { type AssetEvents, AssetLog } from "@heddle/storage/AssetLog"
import type { DynamicPartitions } from "@heddle/storage/DynamicPartitions"
import type { RunStorage } from "@heddle/storage/RunStorage"
import type { StorageError } from "@heddle/storage/StorageError"
import * as Effect from "effect/Effect"
import type { PaintFormat } from "./Paint.ts"
import { PlainText } from "./PlainText.ts"

/** A check of an asset with its latest evaluation. */
export interface CheckRow {
  readonly name: string
  readonly blocking: boolean
  readonly description: string | undefined
  readonly latest: AssetEvents["check"] | undefined
}

/** An asset, how it stands, and what its checks last found. */
export interface AssetRow {
  readonly key: string
  readonly spec: AssetSpec
  readonly status: AssetStatus
  readonly checks: ReadonlyArray<CheckRow>
  /** How its partitions stand, if it has some. */
  readonly partitions?: AssetPartitions | undefined
}

const latestCheck = (key: string) =>
  Effect.gen(function* () {
    const { asset, check } = AssetCheckKey.parse(key)
    const log = yield* AssetLog
    const { events } = yield* log.history("check", asset, { check, limit: 1 })
    return events[0]
  })

/** Whether a check that did not pass counts as an error. */
const isError = ({ latest }: CheckRow): boolean => latest?.passed === false && latest.severity === "ERROR"

/** What is known of assets, for lists and views. */
export const AssetRow = {
  /** Reads the checks of an asset with their latest evaluations. */
  read: (
    entry: GraphedAsset,
    status: AssetStatus,
    specOf: (check: string) => { readonly blocking: boolean; readonly description: string | undefined } | undefined
  ): Effect.Effect<AssetRow, StorageError, AssetLog | DynamicPartitions | RunStorage> =>
    Effect.zipWith(
      Effect.forEach(entry.checks, (key) =>
        Effect.map(latestCheck(key), (latest): CheckRow => {
          const spec = specOf(key)
          return {
            name: AssetCheckKey.parse(key).check,
            blocking: spec?.blocking ?? false,
            description: spec?.description,
            latest
          }
        })
      ),
      entry.spec.partitions === undefined
        ? Effect.succeed(undefined)
        : AssetPartitions.read(entry.spec.key, entry.spec.partitions),
      (checks, partitions) => ({ key: entry.spec.key, spec: entry.spec, status, checks, partitions })
    ),

  /** The colour of a state. */
  format: (state: AssetStatus["state"]): PaintFormat =>
    ({ fresh: "green", stale: "yellow", missing: "gray", external: "cyan" } as const)[state],

  /** What the checks of an asset found, in a few words: `2 passed`, `1 of 3 failed`. */
  checksText: ({ checks }: AssetRow): string => {
    if (checks.length === 0) return ""
    const evaluated = checks.filter(({ latest }) => latest !== undefined)
    if (evaluated.length === 0) return `${PlainText.count(checks.length, "check")}, not run`
    const failed = evaluated.filter(isError).length
    const warned = evaluated.filter(({ latest }) => latest?.passed === false && latest.severity === "WARN").length
    const parts = [
      ...(failed > 0 ? [`${failed} of ${checks.length} failed`] : []),
      ...(warned > 0 ? [`${warned} warned`] : [])
    ]
    return parts.length > 0 ? parts.join(", ") : `${evaluated.length} passed`
  },

  /** The colour of the checks of an asset. */
  checksFormat: ({ checks }: AssetRow): PaintFormat | undefined =>
    checks.some(isError)
      ? "red"
      : checks.some(({ latest }) => latest?.passed === false)
        ? "yellow"
        : checks.some(({ latest }) => latest !== undefined)
          ? "green"
          : undefined,

  /** The asset as JSON, for machines. */
  toJson: ({ checks, key, partitions, spec, status }: AssetRow): object => ({
    key,
    kind: spec.kind,
    group: spec.group,
    ...(spec.description === undefined ? {} : { description: spec.description }),
    owners: spec.owners,
    kinds: spec.kinds,
    tags: spec.tags,
    metadata: spec.metadata,
    ...(spec.codeVersion === undefined ? {} : { codeVersion: spec.codeVersion }),
    deps: spec.deps.map(({ asset }) => asset),
    state: status.state,
    causes: status.causes,
    ...(status.latest?.materialization === undefined ? {} : { latestMaterialization: status.latest.materialization }),
    ...(status.latest?.observation === undefined ? {} : { latestObservation: status.latest.observation }),
    ...(partitions === undefined ? {} : { partitions: { count: partitions.set.count, ...partitions.counts } }),
    checks: checks.map(({ blocking, description, latest, name }) => ({
      name,
      blocking,
      ...(description === undefined ? {} : { description }),
      ...(latest === undefined ? {} : { latest })
    }))
  })
}
