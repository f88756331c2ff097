import { ConfigProblem } from "@heddle/config/ConfigProblem"
import { AssetJobPart, type AssetJobDefinition } from "@heddle/definitions/AssetJobPart"
import type { GraphedAsset } from "@heddle/definitions/AssetGraph"
import { AssetSelection } from "@heddle/definitions/AssetSelection"
import { AssetSelectionError } from "@heddle/definitions/AssetSelectionError"
import type { AssetSubset } from "@heddle/definitions/AssetSubset"
import type { AnyJob } from "@heddle/definitions/Job"
import * as Effect from "effect/Effect"
import type { CodeLocation } from "./CodeLocation.ts"
import { PlainText } from "./PlainText.ts"
import { UsageError } from "./UsageError.ts"

/** A job of assets, with its definition as one of assets. */
export interface LocatedAssets {
  readonly job: AnyJob
  readonly definition: AssetJobDefinition
}

const quoted = (names: ReadonlyArray<string>): string => names.map((name) => `"${PlainText.oneLine(name)}"`).join(", ")

/**
 * Finds the assets that a command is about.
 *
 * @since 0.1.0
 */
export const AssetReference = {
  /**
   * The assets of a module: those of its definitions, or else of its only job of assets. Fails with `UsageError` if there
   * are none, or several jobs.
   *
   * @param location - the loaded module
   */
  all: ({ assetJob, file, jobs }: CodeLocation): Effect.Effect<LocatedAssets, UsageError> => {
    const ofAssets = (assetJob === undefined ? jobs : [assetJob]).filter(({ definition }) =>
      AssetJobPart.isPossible(definition)
    )
    const [job, ...others] = ofAssets
    const hint = "Add the assets to the definitions: `export default Definitions.make({ assets: [yourAsset] })`"
    if (job === undefined) {
      return Effect.fail(new UsageError({ problems: [`Module "${file}" has no assets`], hint }))
    }
    if (others.length > 0) {
      const names = quoted(ofAssets.map(({ name }) => String(name)))
      const problems = [`Module "${file}" has several jobs of assets (${names}), and no assets in its definitions`]
      return Effect.fail(new UsageError({ problems, hint }))
    }
    return Effect.succeed({ job, definition: job.definition as AssetJobDefinition })
  },

  /** The asset of a key. Fails with `UsageError` that suggests the closest key. */
  one: (key: string, { definition }: LocatedAssets, file: string): Effect.Effect<GraphedAsset, UsageError> => {
    const { assets } = definition.assets.graph
    const found = assets.get(key)
    if (found !== undefined) return Effect.succeed(found)
    const near = ConfigProblem.nearest(key, [...assets.keys()])
    return Effect.fail(
      new UsageError({
        problems: [`Module "${file}" has no asset "${key}"${near === undefined ? "" : ` - did you mean "${near}"?`}`],
        hint: `See "heddle asset list -f ${file}"`
      })
    )
  },

  /** The assets that are selected; all of them without a selection. Fails with `UsageError` that points into the text. */
  select: (
    text: string | undefined,
    { definition }: LocatedAssets,
    file: string
  ): Effect.Effect<AssetSubset, UsageError> =>
    text === undefined
      ? Effect.succeed({
          assets: new Set(definition.assets.graph.assets.keys()),
          checks: new Set(definition.assets.graph.checks.keys())
        })
      : Effect.suspend(() => {
          try {
            return Effect.succeed(AssetSelection.resolve(text, definition.assets.graph, `module "${file}"`))
          } catch (error) {
            return error instanceof AssetSelectionError ? AssetReference.refused(error, file) : Effect.die(error)
          }
        }),

  /** Fails with what is wrong with a selection. */
  refused: (error: AssetSelectionError, file: string): Effect.Effect<never, UsageError> =>
    Effect.fail(
      new UsageError({
        problems: [PlainText.lines(error.message)],
        hint: `See "heddle asset list -f ${file}"`,
        cause: error
      })
    )
}
