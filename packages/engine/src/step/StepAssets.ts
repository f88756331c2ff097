import { AssetCheckFailed } from "@heddle/definitions/AssetCheckFailed"
import { AssetMetadata } from "@heddle/definitions/AssetMetadata"
import type { BodyOutput } from "@heddle/definitions/BodyOutputs"
import type { CheckResult } from "@heddle/definitions/CheckResult"
import type { ObserveResult } from "@heddle/definitions/ObserveResult"
import type { AssetOutput, CheckOutput } from "@heddle/definitions/OpDefinition"
import type { Provenance } from "@heddle/events/AssetEvent"
import { MetadataValue } from "@heddle/events/MetadataValue"
import { Storable } from "@heddle/events/Storable"
import type { AssetVersion } from "@heddle/events/AssetVersion"
import type { RunRequest, StepRequest } from "../wire/StepRequest.ts"
import { assetAddress } from "./assetAddress.ts"
import { dataVersion, INITIAL_DATA_VERSION } from "./dataVersion.ts"
import type { StepEvents } from "./StepEvents.ts"

type Metadata = { readonly [name: string]: MetadataValue }

const textTags = (tags: { readonly [key: string]: string }): { readonly [key: string]: string } =>
  Object.fromEntries(Object.entries(tags).map(([key, value]) => [key, Storable.text(value)]))

/** What one attempt records of the assets that its step makes and checks. */
export class StepAssets {
  readonly #run: RunRequest
  readonly #request: StepRequest
  readonly #events: StepEvents
  /** What the attempt itself has made so far. */
  readonly #made = new Map<string, AssetVersion>()
  /** Metadata that the body added through its context. */
  readonly metadata = new AssetMetadata()
  /** Data versions that the body set through its context, by asset. */
  readonly #dataVersions = new Map<string, string>()
  /** Blocking checks that failed with severity `ERROR`. */
  readonly #failed: Array<AssetCheckFailed["checks"][number]> = []

  constructor(run: RunRequest, request: StepRequest, events: StepEvents) {
    this.#run = run
    this.#request = request
    this.#events = events
  }

  /** The latest materialization or observation of an asset: of this attempt, or of before it. */
  latest(asset: string): AssetVersion | undefined {
    return this.#made.get(asset) ?? this.#request.assets?.[asset]
  }

  setDataVersion(asset: string, version: string): void {
    this.#dataVersions.set(asset, version)
  }

  #provenance({ codeVersion = this.#run.runId, deps, key }: AssetOutput, given: string | undefined): Provenance {
    const own = given ?? this.#dataVersions.get(key)
    const inputs: Record<string, Provenance["inputs"][string]> = {}
    const versions = new Map<string, string>()
    for (const { asset } of deps) {
      const latest = this.latest(asset)
      versions.set(asset, latest?.dataVersion ?? INITIAL_DATA_VERSION)
      inputs[asset] =
        latest === undefined
          ? {}
          : {
              ...(latest.dataVersion === undefined ? {} : { dataVersion: latest.dataVersion }),
              runId: latest.runId,
              eventId: latest.eventId
            }
    }
    return {
      codeVersion,
      dataVersion: own ?? dataVersion(codeVersion, versions),
      ...(own === undefined ? {} : { isUserProvided: true }),
      inputs
    }
  }

  /**
   * Records that an asset was made. Its metadata is that of the output, of the IO manager and of the body, of which the
   * later ones count where two have one name.
   *
   * @param partition - the partition that was made, of an asset that is made by ranges; by default that of the run
   */
  materialized(
    asset: AssetOutput,
    given: BodyOutput,
    ofManager: Metadata | undefined,
    partition = assetAddress(asset, this.#run).partition
  ): void {
    const metadata = { ...given.metadata, ...ofManager, ...this.metadata.of(asset.key, partition) }
    const provenance = this.#provenance(asset, given.dataVersion)
    const tags = given.tags ?? {}
    const { id, timestamp } = this.#events.emit("ASSET_MATERIALIZATION", {
      asset: asset.key,
      ...(partition === undefined ? {} : { partition }),
      ...(Object.keys(metadata).length === 0 ? {} : { metadata }),
      ...(Object.keys(tags).length === 0 ? {} : { tags: textTags(tags) }),
      provenance
    })
    this.#made.set(asset.key, {
      runId: this.#run.runId,
      eventId: id,
      timestamp,
      dataVersion: provenance.dataVersion,
      provenance
    })
  }

  /** Records what an observation found. */
  observed(asset: AssetOutput, { dataVersion: version, metadata, tags }: ObserveResult): void {
    const { partition } = assetAddress(asset, this.#run)
    this.#events.emit("ASSET_OBSERVATION", {
      asset: asset.key,
      ...(partition === undefined ? {} : { partition }),
      ...(metadata === undefined ? {} : { metadata: MetadataValue.fromRecord(metadata) }),
      ...(tags === undefined ? {} : { tags: textTags(tags) }),
      ...(version === undefined ? {} : { dataVersion: Storable.text(version) })
    })
  }

  /** Records what a check found. */
  evaluated(check: CheckOutput, { description, metadata = {}, passed, severity = "ERROR" }: CheckResult): void {
    const target = this.latest(check.asset)
    const recorded = MetadataValue.fromRecord(metadata)
    const told = {
      ...(description === undefined ? {} : { description: Storable.text(description) }),
      ...(Object.keys(recorded).length === 0 ? {} : { metadata: recorded })
    }
    const { partition } = assetAddress({ key: check.asset, partitions: check.partitions }, this.#run)
    this.#events.emit("ASSET_CHECK_EVALUATION", {
      asset: check.asset,
      check: check.name,
      passed,
      severity,
      blocking: check.blocking,
      ...told,
      ...(partition === undefined ? {} : { partition }),
      ...(target === undefined
        ? {}
        : { target: { runId: target.runId, eventId: target.eventId, timestamp: target.timestamp } })
    })
    if (check.blocking && !passed && severity === "ERROR") {
      this.#failed.push({ asset: check.asset, check: check.name, ...told })
    }
  }

  /** Once the body is over: the error of the blocking checks that failed. */
  get failure(): AssetCheckFailed | undefined {
    const { stepKey } = this.#request
    return this.#failed.length === 0 ? undefined : new AssetCheckFailed({ stepKey, checks: this.#failed })
  }
}
