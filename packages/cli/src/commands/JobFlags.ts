import * as Flag from "effect/cli/Flag"

/** Flags that select a job. */
export const JobFlags = {
  file: Flag.String("file").pipe(
    Flag.withAlias("f"),
    Flag.filter(
      (file) => file !== "",
      () => "Expected the path of a module"
    ),
    Flag.withMetavar("<module>"),
    Flag.withDescription("Module that exports Definitions or jobs (.ts or .js)")
  ),
  job: Flag.String("job").pipe(
    Flag.withAlias("j"),
    Flag.withMetavar("<name>"),
    Flag.withDescription("Name of the job; optional if the module has only one"),
    Flag.optional
  )
}
