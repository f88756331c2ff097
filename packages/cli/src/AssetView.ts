import { PartitionsDescription } from "@heddle/partitions/PartitionsDescription"
import type { GraphedAsset } from "@heddle/definitions/AssetGraph"
import type { AssetEvents } from "@heddle/storage/AssetLog"
import { AssetRow, type CheckRow } from "./AssetRow.ts"
import { MetadataText } from "./MetadataText.ts"
import type { Paint } from "./Paint.ts"
import { PartitionStrip } from "./PartitionStrip.ts"
import { PlainText } from "./PlainText.ts"
import { RunReference } from "./RunReference.ts"
import { TimeText } from "./TimeText.ts"

const LABEL = 14

const checkText = ({ blocking, latest, name }: CheckRow, paint: Paint): string => {
  const said = blocking ? `${PlainText.oneLine(name)} (blocking)` : PlainText.oneLine(name)
  if (latest === undefined) return `${paint("gray", "not run")} ${said}`
  const { description, passed, severity, timestamp } = latest
  const word = passed
    ? paint("green", "passed")
    : severity === "WARN"
      ? paint("yellow", "warned")
      : paint("red", "failed")
  const why = description === undefined ? "" : `: ${PlainText.oneLine(description)}`
  return `${word} ${said}${why} ${paint("dim", TimeText.stamp(timestamp))}`
}

/**
 * Prints what is known of one asset.
 *
 * @since 0.1.0
 */
export const AssetView = {
  /**
   * Prints the definition of an asset, how it stands and why, its checks, and its last materializations.
   *
   * @param entry - the asset
   * @param row - how it stands
   * @param history - its last materializations, the latest first
   */
  lines: (
    entry: GraphedAsset,
    row: AssetRow,
    history: ReadonlyArray<AssetEvents["materialization"]>,
    paint: Paint
  ): ReadonlyArray<string> => {
    const { spec, status } = row
    const field = (label: string, ...values: ReadonlyArray<string>): ReadonlyArray<string> =>
      values
        .filter((value) => value !== "")
        .map((value, i) => `${paint("dim", PlainText.pad(i === 0 ? label : "", LABEL))}${value}`)
    const keys = (list: ReadonlyArray<string>) => list.map(PlainText.oneLine).join(", ")
    const latest = status.latest?.materialization
    return [
      `${paint("bold", PlainText.oneLine(spec.key))}  ${paint(AssetRow.format(status.state), status.state)}`,
      ...(spec.description === undefined ? [] : [PlainText.oneLine(spec.description)]),
      "",
      ...field("group", PlainText.oneLine(spec.group)),
      ...field("owners", keys(spec.owners)),
      ...field("kinds", keys(spec.kinds)),
      ...field("tags", keys(Object.entries(spec.tags).map(([key, value]) => `${key}=${value}`))),
      ...field("metadata", ...MetadataText.lines(spec.metadata)),
      ...field("code version", PlainText.oneLine(spec.codeVersion ?? "")),
      ...field(
        "partitions",
        spec.partitions === undefined || row.partitions === undefined
          ? ""
          : `${PartitionStrip.text(row.partitions, " of ")}: ${PlainText.oneLine(PartitionsDescription.describe(spec.partitions.description))}`
      ),
      ...field("depends on", keys(spec.deps.map(({ asset }) => asset))),
      ...field("used by", keys(entry.downstream)),
      ...(status.causes.length === 0 ? [] : ["", ...field("stale", ...status.causes.map(({ message }) => message))]),
      ...(row.checks.length === 0
        ? []
        : ["", ...field("checks", ...row.checks.map((check) => checkText(check, paint)))]),
      ...(latest === undefined
        ? []
        : [
            "",
            ...field("materialized", `${TimeText.stamp(latest.timestamp)} in run ${RunReference.short(latest.runId)}`),
            ...field("data version", (latest.provenance?.dataVersion ?? "").slice(0, 16)),
            ...field("with", ...MetadataText.lines(latest.metadata))
          ]),
      ...(history.length < 2
        ? []
        : [
            "",
            ...field(
              "before",
              ...history
                .slice(1)
                .map((event) => `${TimeText.stamp(event.timestamp)} in run ${RunReference.short(event.runId)}`)
            )
          ])
    ]
  }
}
