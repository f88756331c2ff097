/**
 * Marks an input whose value run config gives: `ops.<name>.inputs.<input>`.
 *
 * @since 0.1.0
 */
export interface FromConfig {
  readonly _tag: "FromConfig"
}

/**
 * Wired to an input, it leaves that input to run config; without it an input that nothing is wired to does not compile.
 *
 * @since 0.1.0
 */
export const fromConfig: FromConfig = { _tag: "FromConfig" }
