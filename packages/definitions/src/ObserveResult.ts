import type { MetadataInput } from "@heddle/events/MetadataValue"
import { OptionNames } from "./OptionNames.ts"
import { OutputError } from "./OutputError.ts"

/**
 * What an observation of an asset found.
 *
 * @since 0.1.0
 * @source Dagster ObserveResult
 */
export interface ObserveResult {
  /**
   * The version of the data. Downstream assets are stale once it changes.
   *
   * @default no version
   */
  readonly dataVersion?: string
  /**
   * Metadata of the observation, by name.
   *
   * @default {}
   */
  readonly metadata?: { readonly [name: string]: MetadataInput }
  /**
   * Tags of the observation.
   *
   * @default {}
   */
  readonly tags?: { readonly [key: string]: string }
}

const names: OptionNames<ObserveResult> = { dataVersion: "optional", metadata: "optional", tags: "optional" }

/**
 * Reads what observations found.
 *
 * @since 0.1.0
 */
export const ObserveResult = {
  /**
   * Reads what the body of an observable asset gave. One that gave nothing has found nothing to tell.
   *
   * @throws OutputError if it is something else
   */
  read: (value: unknown, output: string, stepKey: string): ObserveResult => {
    if (value === undefined || value === null) return {}
    const { options, problems } = OptionNames.read<ObserveResult>(value, names)
    if (options.dataVersion !== undefined && typeof options.dataVersion !== "string") {
      problems.push({ place: "", message: "its data version must be a string" })
    }
    if (problems.length === 0) return options
    const problem = `an observation returns { dataVersion, metadata, tags }: ${problems.map(({ message }) => message).join("; ")}`
    throw new OutputError({ stepKey, output, problem })
  }
}
