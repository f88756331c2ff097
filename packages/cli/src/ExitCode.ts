/**
 * What the command's exit code says.
 *
 * @since 0.1.0
 */
export const ExitCode = {
  success: 0,
  /** The run failed, or the command could not do its work. */
  failure: 1,
  /** Bad usage, or a run config that the job does not take. */
  usage: 2,
  /** The run was cancelled, as a shell names an end by Ctrl-C. */
  cancelled: 130
} as const
