import type { Source } from "./ExecutionPlan.ts"

/** A part of a source that outputs of a step give; `step` is its index in the plan. */
export type SourcePart = Extract<Source, { readonly step: number }>

const NONE: ReadonlyArray<never> = []

const of = (source: Source): ReadonlyArray<SourcePart> => {
  switch (source._tag) {
    case "JobInput":
    case "Asset":
    case "Config":
      return NONE
    case "Many":
      return source.sources.flatMap(of)
    case "Output":
    case "Each":
    case "Collect":
      return [source]
  }
}

/**
 * The parts of a source that steps give.
 *
 * @since 0.1.0
 */
export const SourcePart = {
  /**
   * Flattens a source: its lists become their items, and what is given from outside the plan is left out.
   *
   * @param source - where an input of a step comes from
   * @returns the outputs of steps that it reads, in their order
   */
  of
}
