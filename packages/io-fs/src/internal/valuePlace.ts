import { type AssetAddress, ValueAddress } from "@heddle/definitions/IOManager"
import { AssetKey } from "@heddle/events/AssetKey"
import { fileName } from "./fileName.ts"

/** The folder of the values of assets. A run of this name has another folder. */
const ASSETS = "assets"

const runFolder = (runId: string): string => (runId === ASSETS ? `${ASSETS}~` : fileName(runId))

const assetParts = ({ asset, partition }: AssetAddress, extension: string): ReadonlyArray<string> => {
  const parts = [ASSETS, ...AssetKey.parts(asset).map(fileName)]
  return partition === undefined
    ? [...parts.slice(0, -1), `${parts.at(-1)}${extension}`]
    : [...parts, `partition=${fileName(partition)}${extension}`]
}

/**
 * The path of a value inside the folder: `<run>/<step>/<output>.json`, or `<run>/<step>/<output>/<mapping key>.json`; of an
 * asset `assets/<parts of its key>.json`, or `assets/<parts of its key>/partition=<partition>.json`. Each name is encoded by
 * `fileName`.
 *
 * @param extension - the extension of the file, with its dot: `.json`
 */
export const partsOf = (address: ValueAddress, extension: string): ReadonlyArray<string> => {
  if (ValueAddress.isAsset(address)) return assetParts(address, extension)
  const { mappingKey, output, runId, stepKey } = address
  const last =
    mappingKey === undefined
      ? [`${fileName(output)}${extension}`]
      : [fileName(output), `${fileName(mappingKey)}${extension}`]
  return [runFolder(runId), fileName(stepKey), ...last]
}

/** The name of a value in messages. */
export const nameOf = (address: ValueAddress): string => {
  if (!ValueAddress.isAsset(address)) return `output "${address.output}" of step "${address.stepKey}"`
  const { asset, partition } = address
  return partition === undefined ? `asset "${asset}"` : `partition "${partition}" of asset "${asset}"`
}
