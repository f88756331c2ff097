import * as Context from "effect/Context"

/** Environment variables by name. */
export type Variables = { readonly [name: string]: string | undefined }

/** Not every host has a process; one without has no variables. */
const ofProcess = (): Variables => (globalThis as { readonly process?: { readonly env: Variables } }).process?.env ?? {}

/**
 * Where config that is given as `{ env: NAME }` is read from: the variables of this process, unless a layer says otherwise.
 *
 * @since 0.1.0
 * @source Dagster StringSource, which reads os.environ
 */
export const ConfigEnvironment: Context.Reference<Variables> = Context.Reference<Variables>(
  "@heddle/config/ConfigEnvironment",
  { defaultValue: ofProcess }
)
