/**
 * Keys of steps: the dotted path of node names, then a bracket for each dynamic output that is mapped over.
 *
 * @since 0.1.0
 */

/** The syntax of mapping keys and node names. */
const NAME = /^[A-Za-z0-9_]+$/

/**
 * Builds and parses step keys, such as `clean.total` and `size_of[a]`.
 *
 * @since 0.1.0
 * @source Dagster step keys; here brackets can repeat (`m[a][b]`), for maps inside maps
 */
export const StepKey = {
  /**
   * Builds the key of a step.
   *
   * @param nodePath - dotted path of node names, such as `clean.total`
   * @param mappingKeys - one key for each map around the step, outermost first
   */
  make: (nodePath: string, mappingKeys: ReadonlyArray<string> = []): string =>
    mappingKeys.length === 0 ? nodePath : nodePath + mappingKeys.map((key) => `[${key}]`).join(""),

  /** The placeholder for all copies of a mapped step whose keys are not known yet: `size_of[?]`. */
  placeholder: (nodePath: string): string => `${nodePath}[?]`,

  /** The node path of a step key: `clean.total` for `clean.total[a]`. */
  nodePath: (stepKey: string): string => {
    const bracket = stepKey.indexOf("[")
    return bracket === -1 ? stepKey : stepKey.slice(0, bracket)
  },

  /** The mapping keys of a step key: `["a"]` for `size_of[a]`, and none for an unmapped step. */
  mappingKeys: (stepKey: string): ReadonlyArray<string> => {
    const bracket = stepKey.indexOf("[")
    return bracket === -1 ? [] : stepKey.slice(bracket + 1, -1).split("][")
  },

  /** Tells whether a string is a valid node name or mapping key: letters, digits and underscores. */
  isName: (text: string): boolean => NAME.test(text)
}
