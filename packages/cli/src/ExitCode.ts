/**
 * Exit codes of the `heddle` command.
 *
 * @since 0.1.0
 */
export const ExitCode = {
  success: 0,
  /** The run failed, or the command hit an unexpected error. */
  failure: 1,
  /** Invalid usage or run config; nothing was executed. */
  usage: 2,
  /** The run was cancelled; the code that shells use for Ctrl-C. */
  cancelled: 130
} as const
