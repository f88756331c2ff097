/**
 * Keys of steps: the dotted path of node names, then one bracket for every dynamic output that is mapped over.
 *
 * @since 0.1.0
 */

/** What a mapping key and a node name may be made of. */
const NAME = /^[A-Za-z0-9_]+$/

/**
 * Constructors and readers of step keys, such as `clean.total` and `size_of[a]`.
 *
 * @since 0.1.0
 * @source the step keys of Dagster; brackets can repeat (`m[a][b]`), which leaves room for maps inside maps
 */
export const StepKey = {
  /**
   * Builds the key of a step.
   *
   * @param nodePath - dotted path of node names, such as `clean.total`
   * @param mappingKeys - one key for every map around the step, outermost first
   */
  make: (nodePath: string, mappingKeys: ReadonlyArray<string> = []): string =>
    mappingKeys.length === 0 ? nodePath : nodePath + mappingKeys.map((key) => `[${key}]`).join(""),

  /** Stands for every copy of a mapped step before its keys are known: `size_of[?]`. */
  placeholder: (nodePath: string): string => `${nodePath}[?]`,

  /** Reads the node path out of a step key: `clean.total` of `clean.total[a]`. */
  nodePath: (stepKey: string): string => {
    const bracket = stepKey.indexOf("[")
    return bracket === -1 ? stepKey : stepKey.slice(0, bracket)
  },

  /** Reads the mapping keys out of a step key: `["a"]` of `size_of[a]`, none of an unmapped step. */
  mappingKeys: (stepKey: string): ReadonlyArray<string> => {
    const bracket = stepKey.indexOf("[")
    return bracket === -1 ? [] : stepKey.slice(bracket + 1, -1).split("][")
  },

  /** Tells whether a text can be a node name or a mapping key: letters, digits and underscores. */
  isName: (text: string): boolean => NAME.test(text)
}
