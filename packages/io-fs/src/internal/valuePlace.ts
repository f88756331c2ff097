import { type AssetAddress, ValueAddress } from "@heddle/definitions/IOManager"
import { AssetKey } from "@heddle/events/AssetKey"
import { FileNames } from "../FileNames.ts"

/** The folder of the values of assets. A run of this name has another folder. */
const ASSETS = "assets"

const runFolders = (runId: string): ReadonlyArray<string> => (runId === ASSETS ? [`${ASSETS}~`] : FileNames.of(runId))

/** Names with something before the first and after the last. */
const around = (before: string, names: ReadonlyArray<string>, after: string): ReadonlyArray<string> =>
  names.map((name, i) => `${i === 0 ? before : ""}${name}${i === names.length - 1 ? after : ""}`)

const assetParts = ({ asset, partition }: AssetAddress, extension: string): ReadonlyArray<string> => {
  const parts = [ASSETS, ...AssetKey.parts(asset).flatMap(FileNames.of)]
  return partition === undefined
    ? around("", parts, extension)
    : [...parts, ...around("partition=", FileNames.of(partition), extension)]
}

/**
 * The path of a value inside the folder: `<run>/<step>/<output>.json`, or `<run>/<step>/<output>/<mapping key>.json`; of an
 * asset `assets/<parts of its key>.json`, or `assets/<parts of its key>/partition=<partition>.json`. Each part is written as
 * `FileNames.of` says.
 *
 * @param extension - the extension of the file, with its dot: `.json`
 */
export const partsOf = (address: ValueAddress, extension: string): ReadonlyArray<string> => {
  if (ValueAddress.isAsset(address)) return assetParts(address, extension)
  const { mappingKey, output, runId, stepKey } = address
  const place = [...runFolders(runId), ...FileNames.of(stepKey)]
  return mappingKey === undefined
    ? [...place, ...around("", FileNames.of(output), extension)]
    : [...place, ...FileNames.of(output), ...around("", FileNames.of(mappingKey), extension)]
}

/** The name of a value in messages. */
export const nameOf = (address: ValueAddress): string => {
  if (!ValueAddress.isAsset(address)) return `output "${address.output}" of step "${address.stepKey}"`
  const { asset, partition } = address
  return partition === undefined ? `asset "${asset}"` : `partition "${partition}" of asset "${asset}"`
}
